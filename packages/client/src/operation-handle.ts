import type { Operation } from "@lxdkit/protocol";
import type { ClientContext } from "./client-context.ts";
import { waitOperation, type WaitOperationOptions } from "./wait-operation.ts";

/** A change that the server has accepted. It is no promise: `await` does not wait for the end by accident. */
export interface OperationHandle {
  /** The operation as the answer gave it; undefined when the server did the change at once. */
  readonly operation: Operation | undefined;
  /**
   * Waits for the end and gives the final state; undefined when there was no operation.
   *
   * The server may restart meanwhile and forget the operation. Then the object itself is read: a change that is there
   * was made, one that is not has failed. Where the object does not tell, the wait rejects with `OPERATION_GONE`.
   *
   * @throws {OperationError} `OPERATION_FAILED`, `OPERATION_CANCELLED`, `OPERATION_GONE`.
   * @throws {TransportError} when the server stays away for longer than `lostTimeoutMs`.
   */
  wait(options?: WaitOperationOptions): Promise<Operation | undefined>;
  /** Asks the server to cancel; `BAD_REQUEST` when it cannot. */
  cancel(options?: { readonly signal?: AbortSignal | undefined }): Promise<void>;
}

/**
 * Says from the object itself whether the change was made; undefined when that cannot be told. May take its time while
 * a server that has just started brings its instances back.
 *
 * @param operation - As it was last seen.
 */
export type Settle = (signal: AbortSignal | undefined, operation?: Operation) => Promise<boolean | undefined>;

/** What is known of an operation besides itself. */
export interface FollowOptions {
  /** Where it runs. */
  readonly project?: string | undefined;
  /** The hub's opening at which the request was sent; while it lasts, events alone tell everything. */
  readonly opening?: number | undefined;
  readonly settle?: Settle | undefined;
}

/** Makes a handle of what a write has started. */
export function followOperation(
  context: ClientContext,
  operation: Operation | undefined,
  options: FollowOptions,
): OperationHandle {
  const { hub, operations, look } = context;
  return {
    operation,
    async wait(wait = {}) {
      return operation === undefined
        ? undefined
        : waitOperation({ hub, operations, look, ...options }, operation, wait);
    },
    async cancel({ signal } = {}) {
      if (operation !== undefined) await operations.cancel(operation.id, { signal, project: options.project });
    },
  };
}
