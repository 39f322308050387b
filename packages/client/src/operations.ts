import { type Operation, operationsByStatusSchema, operationSchema, operationUrlsSchema } from "@lxdkit/protocol";
import type { OpenWebSocketOptions, WebSocketHandle } from "@lxdkit/transport";
import { change, openSocket, read } from "./call.ts";
import type { AllProjectsOptions, CallOptions } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";
import { listExtensions } from "./list-extensions.ts";

/** Options of {@link OperationsApi.wait}. */
export interface WaitCallOptions extends CallOptions {
  /** Seconds after which the server answers all the same, with the operation as it is then; never by default. */
  readonly timeoutSeconds?: number | undefined;
  /** Secret of a token operation, which lets a caller wait whom the server does not trust. */
  readonly secret?: string | undefined;
}

/** Options of {@link OperationsApi.openSocket}. */
export interface OpenSocketOptions extends CallOptions {
  /** Secret of the socket, from the operation's `fds`. */
  readonly secret: string;
}

/** Calls below `/1.0/operations`. */
export interface OperationsApi {
  /**
   * `GET /1.0/operations?recursion=1`: all that the server still knows, whatever their status. `allProjects` is for
   * Incus and newer LXD.
   */
  list(options?: AllProjectsOptions): Promise<Operation[]>;
  /** `GET /1.0/operations`: their URLs by status in lower case. */
  listUrls(options?: AllProjectsOptions): Promise<Readonly<Record<string, readonly string[]>>>;
  /** `GET /1.0/operations/{id}`; `NOT_FOUND` five seconds after its end. */
  get(id: string, options?: CallOptions): Promise<Operation>;
  /**
   * `GET /1.0/operations/{id}/wait`: answers when the operation ends. LXD gives a failed operation; Incus an error,
   * also when the time is up. No time limit unless given.
   */
  wait(id: string, options?: WaitCallOptions): Promise<Operation>;
  /** `GET /1.0/operations/{id}/websocket`: opens one of the operation's web sockets. Each can be opened once. */
  openSocket(
    id: string,
    options: OpenSocketOptions,
    socket: Omit<OpenWebSocketOptions, "query" | "signal">,
  ): Promise<WebSocketHandle>;
  /** `DELETE /1.0/operations/{id}`: asks to cancel; `BAD_REQUEST` when it cannot be cancelled (`may_cancel`). */
  cancel(id: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/operations`. */
export function operationsApi(context: ClientContext): OperationsApi {
  return {
    async list(options = {}) {
      const extension = listExtensions(options, "operations_get_query_all_projects");
      const input = { ...options, extension, recursion: 1 } as const;
      return Object.values(await read(context, "GET /1.0/operations", input, operationsByStatusSchema)).flat();
    },
    listUrls: (options = {}) => {
      const extension = listExtensions(options, "operations_get_query_all_projects");
      return read(context, "GET /1.0/operations", { ...options, extension }, operationUrlsSchema);
    },
    get: (id, options = {}) => read(context, "GET /1.0/operations/{id}", { ...options, path: { id } }, operationSchema),
    wait(id, { timeoutSeconds, secret, ...options } = {}) {
      const query = { timeout: timeoutSeconds, secret };
      const input = { timeoutMs: 0, ...options, path: { id }, query };
      return read(context, "GET /1.0/operations/{id}/wait", input, operationSchema);
    },
    openSocket: (id, { secret, ...options }, socket) => {
      const input = { ...options, path: { id }, query: { secret } };
      return openSocket(context, "GET /1.0/operations/{id}/websocket", input, socket);
    },
    cancel: (id, options = {}) => change(context, "DELETE /1.0/operations/{id}", { ...options, path: { id } }),
  };
}
