import { type Flavour, isFinalStatus, type Operation, statusCode, statusNames } from "@lxdkit/protocol";
import type { WebSocket } from "ws";
import type { Clock } from "../core/clock.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { Faults } from "../faults/faults.ts";
import { faultyWork } from "../faults/faulty-work.ts";
import { tell } from "../events/lifecycle-event.ts";
import type { Caller } from "../core/router.ts";
import { type Random, randomUuid } from "../core/random.ts";
import { OperationFailure } from "../core/refusal.ts";
import { wireTime } from "../core/wire-time.ts";

/** What an operation's work may do while it runs. */
export interface OperationRun {
  readonly id: string;
  /** Aborted when the operation is cancelled. */
  readonly signal: AbortSignal;
  /** Replaces the metadata and tells it to listeners. */
  update(metadata: Readonly<Record<string, unknown>>, options?: { readonly mayCancel?: boolean }): void;
}

/** What to run as an operation. */
export interface OperationRequest {
  readonly description: string;
  /** The project whose operation it is; the default one by default. */
  readonly project?: string | undefined;
  /** URLs of what it works on, by kind. Where there are none, LXD tells null and Incus an empty object. */
  readonly resources?: Readonly<Record<string, readonly string[]>>;
  /** What its metadata holds from the start; null by default. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Whether it may be cancelled from the start; false by default. */
  readonly mayCancel?: boolean;
  /** Says who takes the websocket with a secret; an operation that has this is one for websockets. */
  readonly connect?: ConnectSocket;
  /** Throws at once, or later, to make the operation fail. */
  work(run: OperationRun): void | Promise<void>;
  /** Runs after the final event, as lifecycle events of some operations do. */
  afterEnd?(): void;
}

/** The function that takes the websocket with that secret; undefined when there is none. */
export type ConnectSocket = (secret: string) => ((socket: WebSocket) => void) | undefined;

/** What a token operation holds. */
export interface TokenRequest extends Omit<OperationRequest, "work" | "afterEnd" | "connect"> {
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Called when it is used up or cancelled. */
  ended?(): void;
}

/** An operation of the fake. */
export interface RunningOperation {
  readonly project: string;
  /** The operation as it is now. */
  view(): Operation;
  /** The operation as it was when the request was answered, which is before work that is not done at once. */
  readonly answer: Operation;
  /** The `error_code` that Incus tells to those who wait for a failed operation. */
  readonly errorCode: number;
  readonly canBeCancelled: boolean;
  /** Undefined when it is none for websockets. */
  readonly connect: ConnectSocket | undefined;
  /** Cancels it; `caller` is who wanted that, undefined for the server itself. */
  cancel(caller?: Caller): void;
  /** Settles when it ends; never rejects. */
  readonly ended: Promise<void>;
}

/** All operations that the server still remembers. */
export interface OperationStore {
  start(request: OperationRequest): RunningOperation;
  /** Makes an operation that only holds `metadata`, such as a secret, until it is used up or cancelled. */
  startToken(request: TokenRequest): RunningOperation;
  find(id: string): RunningOperation | undefined;
  list(): readonly RunningOperation[];
  /** The same operations; those that are started here run on that member of the cluster, and tell it to `events`. */
  at(location: () => string, events: EventHub): OperationStore;
}

const rememberedMs = 5000;

/** Makes an empty {@link OperationStore}. */
export function createOperationStore(parts: {
  readonly flavour: Flavour;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventHub;
  readonly faults: Faults;
  /** The member of the cluster that it runs on. */
  readonly location: () => string;
}): OperationStore {
  return storeOf(new Map(), parts);
}

function storeOf(
  operations: Map<string, RunningOperation>,
  parts: Parameters<typeof createOperationStore>[0],
): OperationStore {
  const { flavour, clock, random, events, faults, location } = parts;

  function open(request: Omit<OperationRequest, "work">, kind: Operation["class"]): Operation {
    const created = wireTime(clock.now());
    return {
      id: randomUuid(random),
      class: kind,
      description: request.description,
      created_at: created,
      updated_at: created,
      ...status(statusCode.pending),
      resources: request.resources ?? (flavour === "lxd" ? (null as never) : {}),
      // The type says a map; the wire says null until there is something to tell.
      metadata: request.metadata ?? (null as never),
      may_cancel: request.mayCancel ?? false,
      err: "",
      location: location(),
    };
  }

  const forgetLater = (id: string): void => void clock.after(rememberedMs, () => operations.delete(id));

  function startToken(request: TokenRequest): RunningOperation {
    const { project = "default" } = request;
    let current: Operation = { ...open(request, "token"), may_cancel: true };
    const publish = (): void => events.publish("operation", current, project);
    let tellEnd = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      tellEnd = resolve;
    });
    const operation: RunningOperation = {
      project,
      view: () => current,
      get answer() {
        return current;
      },
      errorCode: 500,
      connect: undefined,
      get canBeCancelled() {
        return !isFinalStatus(current.status_code);
      },
      cancel(caller) {
        if (isFinalStatus(current.status_code)) {
          // LXD tells it again where a token that is used up is used again.
          if (flavour === "lxd" && caller !== undefined) tellCancelled(events, { id: current.id, project, caller });
          return;
        }
        // A cancelled token still says that it may be cancelled: measured on both families.
        events.publish("operation", { ...current, ...status(cancellingCode) }, project);
        current = { ...current, ...status(statusCode.cancelled) };
        publish();
        if (caller !== undefined) tellCancelled(events, { id: current.id, project, caller });
        request.ended?.();
        tellEnd();
        forgetLater(current.id);
      },
      ended,
    };
    operations.set(current.id, operation);
    publish();
    current = { ...current, ...status(statusCode.running) };
    publish();
    return operation;
  }

  function start(request: OperationRequest): RunningOperation {
    const { project = "default" } = request;
    let current = open(request, request.connect === undefined ? "task" : "websocket");
    let errorCode = 500;
    const controller = new AbortController();
    let tellEnd = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      tellEnd = resolve;
    });
    const publish = (): void => events.publish("operation", current, project);

    const run: OperationRun = {
      id: current.id,
      signal: controller.signal,
      update(metadata, { mayCancel = false } = {}) {
        if (isFinalStatus(current.status_code)) return;
        current = { ...current, metadata, may_cancel: mayCancel, updated_at: wireTime(clock.now()) };
        publish();
      },
    };
    const finish = (code: number, err: string): void => {
      // A change of status alone does not move updated_at: measured on both families.
      current = { ...current, ...status(code), may_cancel: false, err };
      publish();
      request.afterEnd?.();
      tellEnd();
      forgetLater(current.id);
    };
    const fail = (reason: unknown): void => {
      if (reason instanceof OperationFailure) errorCode = reason.code;
      finish(statusCode.failure, reason instanceof Error ? reason.message : String(reason));
    };

    // Seen on both families: work never goes on before the request that began it is answered.
    const answer: Operation = { ...current, ...status(statusCode.running) };
    const operation: RunningOperation = {
      project,
      view: () => current,
      answer,
      get errorCode() {
        return errorCode;
      },
      connect: request.connect,
      get canBeCancelled() {
        return current.may_cancel;
      },
      cancel(caller) {
        const cancelling: Operation = { ...current, ...status(cancellingCode) };
        current = { ...current, ...status(statusCode.cancelled), may_cancel: false };
        if (flavour === "incus" && request.connect !== undefined) {
          // Measured: of a session the steps are told one after the other, and not who takes a place over.
          for (const step of [cancelling, cancelling]) events.publish("operation", step, project);
          if (caller !== undefined) tellCancelled(events, { id: current.id, project, caller });
          publish();
        } else {
          // Measured on both families: listeners hear Cancelled, then Cancelling, and once the work has noticed, Failure.
          publish();
          tellCancelled(events, { id: current.id, project, caller });
          events.publish("operation", cancelling, project);
        }
        tellEnd();
        forgetLater(current.id);
        // Those who wait are answered first, so they read Cancelled and not the failure that follows.
        setImmediate(() => controller.abort(new OperationFailure("context canceled")));
      },
      ended,
    };
    operations.set(current.id, operation);

    publish();
    const running: Operation = { ...current, ...status(statusCode.running) };
    current = running;
    let later: void | Promise<void>;
    try {
      later = faultyWork(request, faults, clock)(run);
    } catch (reason) {
      // Work that fails at once overtakes the event of its start: seen on both families.
      fail(reason);
      events.publish("operation", running, project);
      return operation;
    }
    events.publish("operation", running, project);
    Promise.resolve(later).then(() => finish(statusCode.success, ""), fail);
    return operation;
  }

  return {
    start,
    startToken,
    find: (id) => operations.get(id),
    list: () => [...operations.values()],
    at: (where, hub) => storeOf(operations, { ...parts, location: where, events: hub }),
  };
}

const cancellingCode = 104;

/** Neither family names the object here. */
function tellCancelled(
  events: EventHub,
  { id, project, caller }: { readonly id: string; readonly project: string; readonly caller: Caller | undefined },
): void {
  tell({ events }, { action: "operation-cancelled", source: `/1.0/operations/${id}`, project, caller });
}

function status(code: number): { readonly status: string; readonly status_code: number } {
  return { status: statusNames[code] ?? "", status_code: code };
}

/** Says whether the operation has ended. */
export function hasEnded(operation: RunningOperation): boolean {
  return isFinalStatus(operation.view().status_code);
}
