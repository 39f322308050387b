import { isFinalStatus, type Operation, statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { EventHub } from "./event-hub.ts";
import { isAway } from "./is-away.ts";
import type { LookAtOperations } from "./look-at-operations.ts";
import { OperationError, requireSuccess } from "./operation-error.ts";
import type { FollowOptions } from "./operation-handle.ts";
import type { OperationsApi } from "./operations.ts";
import { createPatience, type Patience } from "./patience.ts";
import { type OperationTracker, trackOperation } from "./track-operation.ts";

const defaultLostTimeoutMs = 60_000;

/** A member of a cluster needs ten seconds to notice that another one is away. */
const readMs = 20_000;

/** The server is asked to wait for so long at a time: one that hangs is noticed, and proxies end what is quiet. */
const askSeconds = 30;
const askMs = 45_000;

/** Milliseconds without an event of an operation after which it is looked for. */
const quietMs = 60_000;
/** The same where events may be missing although the socket is open. */
const doubtfulMs = 10_000;

/** Options of a wait for an operation. */
export interface WaitOperationOptions {
  /** Ends the waiting, not the operation. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each state that events tell of; an exception in it rejects the wait. */
  readonly onUpdate?: ((operation: Operation) => void) | undefined;
  /** Milliseconds for which the server may be away at a time, restarting for example; 60,000 by default. */
  readonly lostTimeoutMs?: number | undefined;
}

/** What a wait stands on. */
export interface WaitContext extends FollowOptions {
  readonly hub: EventHub;
  readonly operations: Pick<OperationsApi, "get" | "wait">;
  readonly look: LookAtOperations;
}

/** What the steps of one wait share. */
interface Wait extends WaitContext {
  readonly tracker: OperationTracker;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits until an operation ends, by events; asks the server where events cannot be had. A server that goes away is
 * waited for.
 *
 * @throws {OperationError} `OPERATION_FAILED`, `OPERATION_CANCELLED`, `OPERATION_GONE`.
 */
export async function waitOperation(
  context: WaitContext,
  operation: Operation,
  options: WaitOperationOptions,
): Promise<Operation> {
  const { signal, lostTimeoutMs = defaultLostTimeoutMs } = options;
  const tracker = trackOperation(context.hub, operation, options.onUpdate);
  const wait: Wait = { ...context, tracker, patience: createPatience(lostTimeoutMs, signal), signal };
  try {
    while (!hasEnded(tracker)) {
      signal?.throwIfAborted();
      try {
        await follow(wait);
      } catch (error) {
        await wait.patience.endure(error);
      }
      tracker.throwIfFailed();
    }
    return requireSuccess(tracker.latest);
  } finally {
    tracker.stop();
  }
}

function hasEnded({ latest }: OperationTracker): boolean {
  return isFinalStatus(latest.status_code);
}

/** Waits for the end, or until events may have been missed. */
async function follow(wait: Wait): Promise<void> {
  const { tracker, patience, signal } = wait;
  const opening = await openingOf(wait);
  if (opening === undefined) {
    tracker.update(await askToWait(wait));
    patience.contact();
    // A member of a cluster answers at once when the operation is that of another member.
    if (!hasEnded(tracker)) await patience.rest();
    return;
  }
  // Read after listening, so that nothing that happened before is missed.
  if (opening === 0 || opening !== wait.opening) tracker.update(await readOnce(wait));
  patience.contact();
  // The socket is that of one member of a cluster, and stays open when the member dies that the operation runs on.
  const isDoubtful = opening === 0 || isOfMember(tracker.latest);
  while (!(await tracker.news(isDoubtful ? doubtfulMs : quietMs, signal))) {
    tracker.update((await lookFor(wait)) ?? (await readOnce(wait)));
    patience.contact();
  }
}

/** Undefined also when one may not see all operations: what is asked next tells why. */
async function lookFor({ look, tracker, project, signal }: Wait): Promise<Operation | undefined> {
  try {
    return await look(tracker.latest.id, { project, signal });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

function isOfMember({ location }: Operation): boolean {
  return location !== "" && location !== "none";
}

/** Undefined when events cannot be had from a server that is there. */
async function openingOf({ hub, project, signal }: Wait): Promise<number | undefined> {
  try {
    return await hub.ready({ signal, project });
  } catch (error) {
    signal?.throwIfAborted();
    // Others wait for the server too, and share the next try to open the socket.
    if (isAway(error)) throw error;
    return undefined;
  }
}

async function readOnce({ operations, project, settle, tracker, signal }: Wait): Promise<Operation> {
  try {
    return await operations.get(tracker.latest.id, { signal, project, timeoutMs: readMs });
  } catch (cause) {
    // Its last event may have come while we asked.
    const { latest } = tracker;
    if (isFinalStatus(latest.status_code)) return latest;
    if (!isNotFound(cause)) throw cause;
    const isDone = await settle?.(signal, latest);
    if (isDone === undefined) throw gone(latest, cause);
    const status_code = isDone ? statusCode.success : statusCode.failure;
    const err = isDone ? "" : "the server forgot the operation, and what it should have done is not done";
    return { ...latest, status: isDone ? "Success" : "Failure", status_code, err };
  }
}

async function askToWait(wait: Wait): Promise<Operation> {
  const { operations, project, tracker, signal } = wait;
  const limits = { timeoutSeconds: askSeconds, timeoutMs: askMs };
  try {
    return await operations.wait(tracker.latest.id, { signal, project, ...limits });
  } catch {
    signal?.throwIfAborted();
    // Incus answers the wait for a failed operation with an error, also when the time is up; the operation tells more.
    return readOnce(wait);
  }
}

function gone(operation: Operation, cause: unknown): OperationError {
  return new OperationError(operation, { code: "OPERATION_GONE", text: "ended before its outcome was seen", cause });
}
