import { type Operation, operationsByStatusSchema, operationSchema, pathSegment } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import { type CallOptions, read, write } from "./call.ts";

/** Calls below `/1.0/operations`. */
export interface OperationsApi {
  /** `GET /1.0/operations?recursion=1`: all that the server still knows, whatever their status. */
  list(options?: CallOptions): Promise<Operation[]>;
  /** `GET /1.0/operations/{id}`; `NOT_FOUND` five seconds after its end. */
  get(id: string, options?: CallOptions): Promise<Operation>;
  /**
   * `GET /1.0/operations/{id}/wait`: answers when the operation ends. LXD gives a failed operation; Incus an error.
   * No time limit unless given.
   */
  wait(id: string, options?: CallOptions): Promise<Operation>;
  /** `DELETE /1.0/operations/{id}`: asks to cancel; `BAD_REQUEST` when it cannot be cancelled (`may_cancel`). */
  cancel(id: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/operations`. */
export function operationsApi(connection: Connection): OperationsApi {
  const path = (id: string): string => `/1.0/operations/${pathSegment(id)}`;
  return {
    async list({ project, signal, timeoutMs } = {}) {
      const query = { recursion: 1, project };
      const request = { method: "GET", path: "/1.0/operations", query, signal, timeoutMs } as const;
      const byStatus = await read(connection, request, operationsByStatusSchema);
      return Object.values(byStatus).flat();
    },
    get: async (id, options = {}) =>
      read(
        connection,
        { method: "GET", path: path(id), signal: options.signal, timeoutMs: options.timeoutMs },
        operationSchema,
      ),
    wait: async (id, options = {}) =>
      read(
        connection,
        { method: "GET", path: `${path(id)}/wait`, signal: options.signal, timeoutMs: options.timeoutMs ?? 0 },
        operationSchema,
      ),
    async cancel(id, options = {}) {
      await write(connection, {
        method: "DELETE",
        path: path(id),
        signal: options.signal,
        timeoutMs: options.timeoutMs,
      });
    },
  };
}
