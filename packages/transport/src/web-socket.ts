import type { IncomingMessage } from "node:http";
import { type RawData, WebSocket } from "ws";
import { connectionFailure } from "./connection-failure.ts";
import type { OpenWebSocketOptions, WebSocketHandle } from "./connection.ts";
import { dial } from "./dial.ts";
import { handshakeTimeoutMs, refusedHandshake } from "./handshake.ts";
import type { HttpTarget } from "./http-target.ts";
import { keepReading, type WritingSide } from "./keep-reading.ts";
import { withQuery } from "./query-string.ts";
import { TransportError } from "./transport-error.ts";
import { watchLiveness } from "./liveness.ts";

/** How long the other side may take to agree to the end. */
const closeTimeoutMs = 1_000;

/** Far more than a server sends at once. */
const maxMessageBytes = 64 * 1024 * 1024;

/** Opens a web socket on a connection of its own. */
export async function openWebSocket(
  target: HttpTarget,
  path: string,
  options: OpenWebSocketOptions,
): Promise<WebSocketHandle> {
  const { address, connector, explain, origin, closing } = target;
  const name = `GET ${path}`;
  const timeout = AbortSignal.timeout(handshakeTimeoutMs);
  const signal = AbortSignal.any([timeout, closing, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    const stream = await dial(connector, origin, signal);
    const writing = keepReading(stream);
    const url = `${origin.replace(/^https?:/, "ws:")}${withQuery(path, options.query)}`;
    // The stream is connected already, with TLS where there is any.
    const shape = { createConnection: () => stream, closeTimeout: closeTimeoutMs, perMessageDeflate: false };
    const socket = new WebSocket(url, { ...shape, maxPayload: maxMessageBytes });
    return await opened(socket, signal, { target, name, closing, writing }, options);
  } catch (cause) {
    if (options.signal?.aborted === true) throw options.signal.reason;
    if (closing.aborted) throw closing.reason;
    if (cause === timeout.reason) {
      const text = `the web socket ${name} was not opened within ${String(handshakeTimeoutMs)} ms`;
      throw new TransportError(text, { code: "TIMEOUT", address, request: name });
    }
    throw TransportError.is(cause) ? cause : connectionFailure(cause, explain, { address, request: name });
  }
}

interface Opening {
  readonly target: HttpTarget;
  readonly name: string;
  readonly closing: AbortSignal;
  readonly writing: WritingSide;
}

function opened(
  socket: WebSocket,
  signal: AbortSignal,
  { target, name, closing, writing }: Opening,
  options: OpenWebSocketOptions,
): Promise<WebSocketHandle> {
  return new Promise((resolve, reject) => {
    let isOpen = false;
    let failure: Error | undefined;
    const liveness = watchLiveness(socket, options.silenceMs, (error) => {
      failure ??= error;
      socket.terminate();
    });
    const terminate = (): void => {
      if (!isOpen) reject(signal.reason as Error);
      socket.terminate();
    };
    signal.addEventListener("abort", terminate, { once: true });
    socket.on("open", () => {
      isOpen = true;
      signal.removeEventListener("abort", terminate);
      closing.addEventListener("abort", terminate, { once: true });
      resolve(handleOf(socket, writing, liveness));
    });
    socket.on("message", (data, isBinary) => {
      if (isBinary) options.onData?.(asBuffer(data));
      else options.onMessage?.(asBuffer(data).toString("utf8"));
    });
    socket.on("ping", () => options.onPing?.());
    socket.on("unexpected-response", (_request, answer: IncomingMessage) => {
      void refusedHandshake(target, name, answer).then((error) => {
        reject(error);
        socket.terminate();
      });
    });
    // The close event always follows an error event and is the one that ends the matter.
    socket.on("error", (error: Error) => {
      failure ??= error;
    });
    socket.on("close", (code) => {
      liveness.stop();
      signal.removeEventListener("abort", terminate);
      closing.removeEventListener("abort", terminate);
      if (isOpen) options.onClose({ code, error: failure });
      else reject(failure === undefined ? handshakeFailed(target, name) : failure);
    });
  });
}

function handleOf(
  socket: WebSocket,
  writing: WritingSide,
  liveness: { readonly pause: () => void; readonly resume: () => void },
): WebSocketHandle {
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        socket.send(message, { binary: typeof message !== "string" }, (error) => {
          const failure = error ?? writing.failure;
          if (failure === undefined) resolve();
          else reject(failure);
        });
      }),
    pause() {
      liveness.pause();
      socket.pause();
    },
    resume() {
      socket.resume();
      liveness.resume();
    },
    close() {
      // A paused socket would not read the other side's answer.
      socket.resume();
      socket.close();
    },
  };
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function handshakeFailed({ address }: HttpTarget, request: string): TransportError {
  return new TransportError(`the web socket ${request} could not be opened`, {
    code: "HANDSHAKE_FAILED",
    request,
    address,
  });
}
