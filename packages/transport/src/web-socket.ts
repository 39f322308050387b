import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type RawData, WebSocket } from "ws";
import { brokenConnection } from "./broken-connection.ts";
import type { OpenWebSocketOptions, WebSocketHandle } from "./connection.ts";
import { dial } from "./dial.ts";
import { createEnding, type Ending } from "./ending.ts";
import { brokenHandshake, defaultHandshakeMs, refusedHandshake } from "./handshake.ts";
import type { HttpTarget } from "./http-target.ts";
import { keepReading, type WritingSide } from "./keep-reading.ts";
import { type Liveness, watchLiveness } from "./liveness.ts";
import { requestPath } from "./request-path.ts";
import { TransportError } from "./transport-error.ts";

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
  const { address, connector, origin } = target;
  const { query, signal, timeoutMs = defaultHandshakeMs } = options;
  const request = `GET ${path}`;
  const tooLate = `the web socket ${request} was not opened within ${String(timeoutMs)} ms`;
  const ending = createEnding(target, request, { signal, timeoutMs, tooLate });
  try {
    const withItsQuery = requestPath(path, query, { address, request });
    const stream = await dial(connector, origin, ending.signal);
    const writing = keepReading(stream);
    const socket = overStream(stream, origin, withItsQuery);
    return await opened(socket, { target, request, ending, writing }, options);
  } catch (cause) {
    throw ending.failure(cause);
  } finally {
    ending.release();
  }
}

/** The handshake on a stream that is connected already, with TLS where there is any. */
function overStream(stream: Socket, origin: string, path: string): WebSocket {
  const shape = {
    createConnection: () => stream,
    // The path goes out as it is: an URL would be read, and a `..` in it followed.
    finishRequest(handshake: ClientRequest) {
      handshake.path = path;
      handshake.end();
    },
    closeTimeout: closeTimeoutMs,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  };
  return new WebSocket(origin.replace(/^https?:/, "ws:"), shape);
}

interface Opening {
  readonly target: HttpTarget;
  readonly request: string;
  readonly ending: Ending;
  readonly writing: WritingSide;
}

function opened(socket: WebSocket, opening: Opening, options: OpenWebSocketOptions): Promise<WebSocketHandle> {
  const { target, request, ending } = opening;
  return new Promise((resolve, reject) => {
    let liveness: Liveness | undefined;
    let isClosing = false;
    let failure: unknown;
    const fail = (reason: unknown): void => {
      failure ??= reason;
      socket.terminate();
    };
    const onSilence = (text: string): void => {
      fail(new TransportError(`${request}: ${text}`, { code: "TIMEOUT", address: target.address, request }));
    };
    /** Passes something on; a listener that fails ends the socket, not the process. */
    const tell = (about: () => void): void => {
      try {
        about();
      } catch (error) {
        fail(error);
      }
    };
    const onAbort = (): void => {
      fail(ending.signal.reason);
    };
    ending.signal.addEventListener("abort", onAbort, { once: true });
    socket.on("open", () => {
      liveness = watchLiveness(socket, options.silenceMs, onSilence);
      ending.signal.removeEventListener("abort", onAbort);
      const close = (): void => {
        isClosing = true;
        socket.close();
      };
      resolve(handleOf(socket, { ...opening, liveness, close }));
    });
    socket.on("message", (data, isBinary) => {
      tell(() => {
        if (isBinary) options.onData?.(asBuffer(data));
        else options.onMessage?.(asBuffer(data).toString("utf8"));
      });
    });
    socket.on("ping", () => {
      tell(() => options.onPing?.());
    });
    socket.on("unexpected-response", (_request, answer: IncomingMessage) => {
      void refusedHandshake(target, request, answer).then(fail);
    });
    // The close event always follows an error event and is the one that ends the matter.
    socket.on("error", (cause) => {
      const broken = liveness === undefined ? brokenHandshake : brokenConnection;
      failure ??= broken(target, request, cause);
    });
    socket.on("close", (code) => {
      ending.signal.removeEventListener("abort", onAbort);
      if (liveness === undefined) {
        reject(failure);
        return;
      }
      liveness.stop();
      if (code === 1006 && !isClosing) failure ??= brokenConnection(target, request, new Error("it was closed"));
      options.onClose({ code, error: failure as Error | undefined });
    });
  });
}

interface OpenSocket extends Opening {
  readonly liveness: Liveness;
  readonly close: () => void;
}

function handleOf(socket: WebSocket, { target, request, writing, liveness, close }: OpenSocket): WebSocketHandle {
  return {
    send: (message) =>
      new Promise((resolve, reject) => {
        socket.send(message, { binary: typeof message !== "string" }, (error) => {
          const cause = error ?? writing.failure;
          if (cause === undefined) resolve();
          else reject(brokenConnection(target, request, cause));
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
      close();
    },
  };
}

function asBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
