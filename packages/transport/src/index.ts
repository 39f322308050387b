// Connecting
export { connectHttps, type ConnectHttpsOptions } from "./connect-https.ts";
export { connectUnix, type ConnectUnixOptions } from "./connect-unix.ts";
export { findSocket, type FindSocketOptions, requireSocket, socketCandidates } from "./socket-path.ts";
export { ensureHostPort, ensureHttps } from "./server-address.ts";

// Whom to trust, and as whom to come
export type { ServerTrustOptions } from "./server-trust.ts";
export type { ClientKeyPair } from "./client-key-pair.ts";
export {
  readServerCertificate,
  type ReadServerCertificateOptions,
  type ShownCertificate,
} from "./read-server-certificate.ts";

// Proxies
export { type ProxyEnvironment, proxyFromEnvironment, type ProxyFunction, type ProxyOption } from "./choose-proxy.ts";

// Server specs
export {
  createServerSpec,
  lxdProtocol,
  makeSimpleStreamsServerSpec,
  newInsecureServerSpec,
  newServerSpec,
  type ServerProtocol,
  type ServerSpec,
  type ServerSpecInit,
  simpleStreamsProtocol,
} from "./server-spec.ts";
export { cloudImagesDailyRemote, cloudImagesRemote, lxdImagesRemote } from "./predefined-remotes.ts";
export {
  type ConnectImageRemote,
  connectImageRemote,
  connectRemote,
  type ConnectRemoteOptions,
  type ImageRemote,
} from "./connect-remote.ts";

// Remotes of lxc and incus
export { readRemotes, type ReadRemotesOptions, type Remote, type Remotes } from "./remotes.ts";
export {
  type ConfiguredConnection,
  connectConfiguredRemote,
  type ConnectConfiguredRemoteOptions,
} from "./connect-configured-remote.ts";

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
export { readEnvelope, type ReadEnvelopeOptions } from "./read-envelope.ts";
export { waitReady, type WaitReadyOptions } from "./wait-ready.ts";
export { abortable } from "./abortable.ts";

// Diagnostics
export type { ReportedRequest, RequestEndMessage, RequestErrorMessage, RequestStartMessage } from "./diagnostics.ts";

// Errors
export { ApiError, type ApiErrorOptions, isAlreadyExists, isNotFound } from "./api-error.ts";
export { TransportError, type TransportErrorOptions } from "./transport-error.ts";
