import { isFinalStatus, type Operation } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { EventHub } from "./event-hub.ts";
import { OperationError, requireSuccess } from "./operation-error.ts";
import type { OperationsApi } from "./operations.ts";
import { trackOperation } from "./track-operation.ts";

/** Options of a wait for an operation. */
export interface WaitOperationOptions {
  /** Ends the waiting, not the operation. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each state that events tell of; an exception in it rejects the wait. */
  readonly onUpdate?: ((operation: Operation) => void) | undefined;
}

/** What a wait stands on. */
export interface WaitContext {
  readonly hub: EventHub;
  readonly operations: Pick<OperationsApi, "get" | "wait">;
  /** The hub's opening at which the request was sent; while it lasts, events alone tell everything. */
  readonly opening: number | undefined;
}

/**
 * Waits until an operation ends, by events; asks the server where events cannot be had.
 *
 * @throws {OperationError} `OPERATION_FAILED`, `OPERATION_CANCELLED`, `OPERATION_GONE`.
 */
export async function waitOperation(
  context: WaitContext,
  operation: Operation,
  options: WaitOperationOptions,
): Promise<Operation> {
  const { hub, operations } = context;
  const { signal } = options;
  const tracker = trackOperation(hub, operation, options.onUpdate);
  try {
    while (!isFinalStatus(tracker.latest.status_code)) {
      signal?.throwIfAborted();
      const opening = await openingOf(hub, signal);
      if (opening === undefined) {
        tracker.update(await askToWait(operations, operation, signal));
        continue;
      }
      // Read after listening, so that nothing that happened before is missed.
      if (opening === 0 || opening !== context.opening)
        tracker.update(await readOnce(operations, () => tracker.latest, signal));
      await tracker.finalOrLost(signal);
    }
    return requireSuccess(tracker.latest);
  } finally {
    tracker.stop();
  }
}

/** Undefined when events cannot be had. */
async function openingOf(hub: EventHub, signal: AbortSignal | undefined): Promise<number | undefined> {
  try {
    return await hub.ready(signal);
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

async function readOnce(
  operations: Pick<OperationsApi, "get">,
  latest: () => Operation,
  signal: AbortSignal | undefined,
): Promise<Operation> {
  try {
    return await operations.get(latest().id, { signal });
  } catch (cause) {
    // Its last event may have come while we asked.
    if (isFinalStatus(latest().status_code)) return latest();
    throw isNotFound(cause) ? gone(latest(), cause) : cause;
  }
}

async function askToWait(
  operations: Pick<OperationsApi, "get" | "wait">,
  operation: Operation,
  signal: AbortSignal | undefined,
): Promise<Operation> {
  try {
    return await operations.wait(operation.id, { signal });
  } catch {
    signal?.throwIfAborted();
    // Incus answers the wait for a failed operation with an error; the operation itself tells more.
    return readOnce(operations, () => operation, signal);
  }
}

function gone(operation: Operation, cause: unknown): OperationError {
  return new OperationError(operation, { code: "OPERATION_GONE", text: "ended before its outcome was seen", cause });
}
