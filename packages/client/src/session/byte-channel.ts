import { Readable, Writable } from "node:stream";
import type { OpenWebSocketOptions, WebSocketEnd, WebSocketHandle } from "@lxdkit/transport";

/** How much waits in memory on each side of a channel, besides what the network holds. */
const highWaterMark = 64 * 1024;

/** What a channel gives to the opening of its socket. */
export type ChannelSocketOptions = Pick<OpenWebSocketOptions, "onMessage" | "onData" | "onClose">;

/** One web socket of a command or a console as a pair of streams. */
export interface ByteChannel {
  /** Bytes to the server. A write is done when the connection has taken it. */
  readonly input: Writable;
  /** Bytes from the server, read no faster than the caller reads. Once destroyed, what still comes is thrown away. */
  readonly output: Readable;
  /** True once the server has said that nothing more comes. */
  readonly hasEnded: boolean;
  /** True while bytes wait for the caller, so that the end may be there already, unread. */
  readonly isPaused: boolean;
  /** How much has come so far. */
  readonly receivedBytes: number;
  /** Resolves with true at the end that the server tells, with false when the socket is gone before. */
  readonly ended: Promise<boolean>;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<WebSocketEnd>;
  /** Ends both streams, with the error where there is one, and closes the socket. */
  close(error?: Error): void;
}

/** Options of {@link openChannel}. */
export interface ChannelOptions {
  /** Whether the end of the input is told to the server, by an empty text message; a terminal has no such end. */
  readonly tellsEnd: boolean;
}

/**
 * Opens a socket as a channel. Payload travels in binary messages, the end of a direction is an empty text message.
 * Nobody has to listen for errors of the streams.
 */
export async function openChannel(
  open: (options: ChannelSocketOptions) => Promise<WebSocketHandle>,
  { tellsEnd }: ChannelOptions,
): Promise<ByteChannel> {
  let socket: WebSocketHandle | undefined;
  let hasEnded = false;
  let isPaused = false;
  let isDiscarding = false;
  let receivedBytes = 0;
  const { promise: ended, resolve: setEnded } = deferred<boolean>();
  const { promise: closed, resolve: setClosed } = deferred<WebSocketEnd>();
  const attach = (opened: WebSocketHandle): void => {
    socket = opened;
    // Messages can come before the opening is told.
    if (isPaused) opened.pause();
  };
  const resume = (): void => {
    if (!isPaused) return;
    isPaused = false;
    socket?.resume();
  };
  const output = new Readable({
    highWaterMark,
    read: resume,
    destroy(error, done) {
      isDiscarding = true;
      resume();
      done(error);
    },
  });
  const receive = (bytes: Buffer): void => {
    receivedBytes += bytes.length;
    if (hasEnded || isDiscarding || output.push(bytes)) return;
    isPaused = true;
    socket?.pause();
  };
  const opened = await open({
    onData: receive,
    onMessage(text) {
      if (text !== "") return receive(Buffer.from(text));
      hasEnded = true;
      if (!isDiscarding) output.push(null);
      setEnded(true);
    },
    onClose(end) {
      setEnded(false);
      setClosed(end);
    },
  });
  attach(opened);
  const input = new Writable({
    highWaterMark,
    write(chunk: Buffer, _encoding, done) {
      sendAll(opened, chunk).then(() => {
        done();
      }, done);
    },
    final(done) {
      (tellsEnd ? opened.send("") : Promise.resolve()).then(() => {
        done();
      }, done);
    },
  });
  // Whoever waits for the session hears of the failure; it must not end the process of those who do not listen here.
  for (const stream of [input, output]) stream.on("error", () => undefined);
  return {
    input,
    output,
    get hasEnded() {
      return hasEnded;
    },
    get isPaused() {
      return isPaused;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    ended,
    closed,
    close(error) {
      input.destroy(error);
      // What the server sent before it ended is still the caller's to read.
      if (!hasEnded || error !== undefined) output.destroy(error);
      opened.close();
    },
  };
}

/** Sends in pieces, so that a large buffer is not copied as a whole. */
async function sendAll(socket: WebSocketHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += highWaterMark) await socket.send(bytes.subarray(at, at + highWaterMark));
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
