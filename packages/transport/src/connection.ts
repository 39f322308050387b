import type { Duplex, Readable } from "node:stream";
import type { Envelope } from "@lxdkit/protocol";

/** Values of query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Bytes to send: at once, or as they come. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** One request. */
export interface RequestOptions {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE" | "OPTIONS";
  /** Path with its segments escaped already, for example `/1.0/instances/c1`. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`; a Node stream is read no faster than the server takes it. */
  readonly content?: Content | undefined;
  /** Headers besides those that follow from the other options; names in any case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** ETag to send as `If-Match`. */
  readonly ifMatch?: string | undefined;
  /** Ends the request; the rejection is `signal.reason` itself. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds until the whole answer must be there, 0 for no limit; 60,000 by default, and no limit when `content`
   * is sent. Of {@link Connection.stream}: until the answer begins.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds in which at least one byte of `content` or of a streamed answer must move, 0 for no limit; 300,000 by
   * default. The time that `content` takes to come, or that nobody reads the answer, does not count.
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * How often a GET, HEAD or OPTIONS is sent again when the connection was lost before the answer was complete (of
   * {@link Connection.stream}: before it began), was reset while it was made, or the server answered 503; 2 by default.
   * All tries together have `timeoutMs`. Other methods, and requests with `content`, are sent once whatever this says.
   */
  readonly retries?: number | undefined;
}

/** An answer that is no error. */
export interface Response {
  readonly status: number;
  /** Headers by lower-case name. */
  readonly headers: ResponseHeaders;
  /** The `ETag` header as received, quotes included. */
  readonly etag: string | undefined;
  readonly envelope: Envelope;
}

/** Headers of an answer by lower-case name; those that came more than once are lists. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** An answer whose body is read as it comes. */
export interface StreamedResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** Read it to its end or destroy it: until then it holds a socket. Its errors are those of the connection. */
  readonly body: Readable;
}

/** How a web socket ended. */
export interface WebSocketEnd {
  /** Close code of the protocol; 1006 when the connection went away without one. */
  readonly code: number;
  /**
   * Why it ended other than by a close of either side: a `TransportError` `CONNECTION_LOST`, `CONNECTION_CLOSED`,
   * `WEB_SOCKET_BROKEN` (the server broke the protocol) or `TIMEOUT` (it fell silent), or what a listener threw.
   */
  readonly error?: Error | undefined;
}

/** Options of {@link Connection.openWebSocket}. */
export interface OpenWebSocketOptions {
  readonly query?: Query | undefined;
  /** Ends the opening; an open socket is ended by `close()`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until it must be open; 30,000 by default, 0 for no limit. */
  readonly timeoutMs?: number | undefined;
  /** Called for each text message, in order. */
  readonly onMessage?: ((text: string) => void) | undefined;
  /** Called for each binary message, in order with the others. */
  readonly onData?: ((bytes: Buffer) => void) | undefined;
  /** Called for each ping of the server. */
  readonly onPing?: (() => void) | undefined;
  /** Called once when the socket is gone, whoever closed it. */
  readonly onClose: (end: WebSocketEnd) => void;
  /** Milliseconds without a sign of life after which the connection counts as lost; 35,000 by default, 0 for never. */
  readonly silenceMs?: number | undefined;
}

/** An open web socket. */
export interface WebSocketHandle {
  /**
   * Sends a message, text or binary; resolves when the connection has taken it and wants more.
   *
   * @throws {TransportError} `CONNECTION_LOST` when the socket is not open any more.
   */
  send(message: string | Uint8Array): Promise<void>;
  /** Reads no more from the network until {@link WebSocketHandle.resume}; what was read already may still come. */
  pause(): void;
  resume(): void;
  /** Closes the socket; `onClose` follows. */
  close(): void;
}

/** Options of {@link Connection.upgrade}. */
export interface UpgradeOptions {
  readonly query?: Query | undefined;
  /** The protocol to go on with, for example `sftp`. */
  readonly protocol: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Ends the handshake. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the server must have agreed; 30,000 by default, 0 for no limit. */
  readonly timeoutMs?: number | undefined;
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
   * Sends a request whose answer is not, or not always, JSON: a file, a log, an image. Resolves when the answer begins.
   *
   * @throws {ApiError} when the server refuses.
   * @throws {TransportError} when no answer begins.
   */
  stream(options: RequestOptions): Promise<StreamedResponse>;
  /**
   * Opens a web socket.
   *
   * @throws {ApiError} when the server refuses the handshake.
   * @throws {TransportError} `HANDSHAKE_FAILED` or the code of a failed connection.
   */
  openWebSocket(path: string, options: OpenWebSocketOptions): Promise<WebSocketHandle>;
  /**
   * Asks the server to go on with another protocol on this connection (HTTP `Upgrade`) and gives the raw bytes.
   *
   * @throws {ApiError} when the server refuses.
   * @throws {TransportError} `HANDSHAKE_FAILED` or the code of a failed connection.
   */
  upgrade(path: string, options: UpgradeOptions): Promise<Duplex>;
  /**
   * Ends everything that is open with a `TransportError` `CONNECTION_CLOSED`: requests, bodies, web sockets and
   * upgraded connections. Resolves when all sockets are closed; what begins later fails in the same way.
   */
  close(): Promise<void>;
}
