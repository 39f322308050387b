import { LxdkitError, type LxdkitErrorOptions } from "@lxdkit/protocol";

/** What a {@link TransportError} carries besides its message. */
export interface TransportErrorOptions extends LxdkitErrorOptions {
  /** The proxy that failed, without user name and password. */
  readonly proxy?: string | undefined;
  /** HTTP status by which the proxy refused. */
  readonly proxyStatus?: number | undefined;
}

/**
 * The connection to a server failed: no answer that could be read came back. Codes: `SOCKET_NOT_FOUND`,
 * `SOCKET_REFUSED`, `SOCKET_FORBIDDEN`, `NOT_A_SOCKET`, `CONNECT_FAILED`, `CONNECTION_LOST`, `CONNECTION_CLOSED`,
 * `TIMEOUT`, `NOT_READY`, `HANDSHAKE_FAILED`, `WEB_SOCKET_BROKEN`, `BAD_ANSWER`, `ANSWER_TOO_LARGE`, `REDIRECTED`,
 * `INVALID_REQUEST`, and over HTTPS `HOST_NOT_FOUND`, `TLS_UNTRUSTED`, `TLS_PIN_MISMATCH`, `TLS_CLIENT_REFUSED`,
 * `TLS_FAILED`, `PROXY_REFUSED`, `PROXY_FAILED`.
 */
export class TransportError extends LxdkitError {
  override readonly name: string = "TransportError";
  // Declared only: a field that is not given is not there at all.
  declare readonly proxy?: string;
  declare readonly proxyStatus?: number;

  constructor(message: string, options: TransportErrorOptions) {
    super(message, options);
    const { proxy, proxyStatus } = options;
    for (const [key, value] of Object.entries({ proxy, proxyStatus })) {
      if (value !== undefined) Object.assign(this, { [key]: value });
    }
  }
}
