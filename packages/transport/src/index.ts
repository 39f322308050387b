// Connecting
export { connectHttps, type ConnectHttpsOptions } from "./connect-https.ts";
export { connectUnix, type ConnectUnixOptions } from "./connect-unix.ts";
export { findSocket, type FindSocketOptions, requireSocket, socketCandidates } from "./socket-path.ts";
export { ensureHostPort, ensureHttps } from "./server-address.ts";

// The connection
export type {
  Connection,
  Content,
  OpenWebSocketOptions,
  Query,
  RequestOptions,
  Response,
  ResponseHeaders,
  StreamedResponse,
  UpgradeOptions,
  WebSocketEnd,
  WebSocketHandle,
} from "./connection.ts";
export { waitReady, type WaitReadyOptions } from "./wait-ready.ts";
export { abortable } from "./abortable.ts";

// Errors
export { ApiError, type ApiErrorOptions, isNotFound } from "./api-error.ts";
export { TransportError } from "./transport-error.ts";
