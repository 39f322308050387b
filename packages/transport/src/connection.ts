import type { Envelope } from "@lxdkit/protocol";

/** Values of query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One request. */
export interface RequestOptions {
  readonly method: "GET" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Path with its segments escaped already, for example `/1.0/instances/c1`. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** ETag to send as `If-Match`. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the whole answer must be there; 60,000 by default, 0 for no limit. */
  readonly timeoutMs?: number | undefined;
}

/** An answer that is no error. */
export interface Response {
  readonly status: number;
  /** The `ETag` header as received, quotes included. */
  readonly etag: string | undefined;
  readonly envelope: Envelope;
}

/** Options of {@link Connection.openWebSocket}. */
export interface OpenWebSocketOptions {
  readonly query?: Query | undefined;
  /** Ends the opening; an open socket is ended by `close()`. */
  readonly signal?: AbortSignal | undefined;
  /** Called for each text message, in order. */
  readonly onMessage: (text: string) => void;
  /** Called for each ping of the server. */
  readonly onPing?: (() => void) | undefined;
  /** Called once when the socket is gone, whoever closed it. */
  readonly onClose: () => void;
}

/** An open web socket. */
export interface WebSocketHandle {
  /** Closes the socket; `onClose` follows. */
  close(): void;
}

/** One connection to one server. Requests run in parallel on a pool of kept-alive sockets. */
export interface Connection extends AsyncDisposable {
  /** Socket path or URL of the server. */
  readonly address: string;
  /**
   * Sends a request and reads the JSON answer. An abort rejects with `signal.reason` itself.
   *
   * @throws {ApiError} when the server refuses.
   * @throws {TransportError} when no readable answer comes back.
   */
  request(options: RequestOptions): Promise<Response>;
  /**
   * Opens a web socket.
   *
   * @throws {ApiError} when the server refuses the handshake.
   * @throws {TransportError} `HANDSHAKE_FAILED` or the code of a failed connection.
   */
  openWebSocket(path: string, options: OpenWebSocketOptions): Promise<WebSocketHandle>;
  /** Ends open requests and closes all sockets. */
  close(): Promise<void>;
}
