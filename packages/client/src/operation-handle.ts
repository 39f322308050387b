import type { Operation } from "@lxdkit/protocol";
import type { Connection, RequestOptions } from "@lxdkit/transport";
import { write } from "./call.ts";
import type { EventHub } from "./event-hub.ts";
import type { OperationsApi } from "./operations.ts";
import { waitOperation, type WaitOperationOptions } from "./wait-operation.ts";

/** A change that the server has accepted. It is no promise: `await` does not wait for the end by accident. */
export interface OperationHandle {
  /** The operation as the answer gave it; undefined when the server did the change at once. */
  readonly operation: Operation | undefined;
  /**
   * Waits for the end and gives the final state; undefined when there was no operation.
   *
   * @throws {OperationError} `OPERATION_FAILED`, `OPERATION_CANCELLED`, `OPERATION_GONE`.
   */
  wait(options?: WaitOperationOptions): Promise<Operation | undefined>;
  /** Asks the server to cancel; `BAD_REQUEST` when it cannot. */
  cancel(): Promise<void>;
}

/** What the calls of one client share. */
export interface ClientContext {
  readonly connection: Connection;
  readonly hub: EventHub;
  readonly operations: OperationsApi;
}

/** Sends a request that starts an operation. Events are subscribed to before, so none of its life is missed. */
export async function begin(context: ClientContext, request: RequestOptions): Promise<OperationHandle> {
  const { connection, hub, operations } = context;
  const opening = await hub.ready(request.signal).catch(() => undefined);
  request.signal?.throwIfAborted();
  const operation = await write(connection, request);
  return {
    operation,
    async wait(options = {}) {
      if (operation === undefined) return undefined;
      return waitOperation({ hub, operations, opening }, operation, options);
    },
    async cancel() {
      if (operation !== undefined) await operations.cancel(operation.id);
    },
  };
}
