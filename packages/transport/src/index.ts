// Connecting
export { connectHttps, type ConnectHttpsOptions } from "./connect-https.ts";
export { connectUnix, type ConnectUnixOptions } from "./connect-unix.ts";
export { findSocket, type FindSocketOptions, requireSocket, socketCandidates } from "./socket-path.ts";
export { ensureHostPort, ensureHttps } from "./server-address.ts";

// The connection
export type {
  Connection,
  OpenWebSocketOptions,
  Query,
  RequestOptions,
  Response,
  WebSocketHandle,
} from "./connection.ts";

// Errors
export { ApiError, type ApiErrorOptions, isNotFound } from "./api-error.ts";
export { TransportError } from "./transport-error.ts";
