import { LxdkitError } from "@lxdkit/protocol";

/**
 * The connection to a server failed: no answer that could be read came back. Codes: `SOCKET_NOT_FOUND`,
 * `SOCKET_REFUSED`, `SOCKET_FORBIDDEN`, `NOT_A_SOCKET`, `CONNECT_FAILED`, `CONNECTION_LOST`, `CONNECTION_CLOSED`,
 * `TIMEOUT`, `NOT_READY`, `HANDSHAKE_FAILED`, `WEB_SOCKET_BROKEN`, `BAD_ANSWER`, `ANSWER_TOO_LARGE`, `REDIRECTED`,
 * `INVALID_REQUEST`, and over HTTPS `TLS_UNTRUSTED`, `TLS_PIN_MISMATCH`, `TLS_FAILED`, `HOST_NOT_FOUND`.
 */
export class TransportError extends LxdkitError {
  override readonly name: string = "TransportError";
}
