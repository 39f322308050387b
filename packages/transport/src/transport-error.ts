import { LxdkitError } from "@lxdkit/protocol";

/**
 * The connection to a server failed: no answer that could be read came back. Codes: `SOCKET_NOT_FOUND`,
 * `SOCKET_REFUSED`, `SOCKET_FORBIDDEN`, `NOT_A_SOCKET`, `CONNECT_FAILED`, `CONNECTION_LOST`, `TIMEOUT`,
 * `HANDSHAKE_FAILED`, `BAD_ANSWER`, and over HTTPS `TLS_UNTRUSTED`, `TLS_PIN_MISMATCH`, `TLS_FAILED`, `HOST_NOT_FOUND`.
 */
export class TransportError extends LxdkitError {
  override readonly name: string = "TransportError";
}
