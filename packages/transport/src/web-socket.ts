import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Dispatcher, WebSocket } from "undici";
import { ApiError } from "./api-error.ts";
import { connectionFailure } from "./connection-failure.ts";
import type { OpenWebSocketOptions, WebSocketHandle } from "./connection.ts";
import type { HttpTarget } from "./http-connection.ts";
import { TransportError } from "./transport-error.ts";

/** Where undici tells of pings; the web socket itself has no event for them. */
const pings = "undici:websocket:ping";

/** Opens a web socket through the pool's dispatcher. */
export function openWebSocket(
  target: HttpTarget,
  path: string,
  options: OpenWebSocketOptions,
): Promise<WebSocketHandle> {
  const { agent, origin } = target;
  const { signal } = options;
  if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
  const handshake: Handshake = {};
  const dispatcher = agent.compose((dispatch) => (request, handler) => dispatch(request, observed(handler, handshake)));
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}${path}`, { dispatcher });
  return new Promise((resolve, reject) => {
    let isOpen = false;
    const onAbort = (): void => {
      // First, because closing a socket that is not open yet reports its end at once.
      reject(signal?.reason as Error);
      socket.close();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const onPing = (message: unknown): void => {
      if ((message as { readonly websocket: unknown }).websocket === socket) options.onPing?.();
    };
    if (options.onPing !== undefined) subscribe(pings, onPing);
    socket.addEventListener("open", () => {
      isOpen = true;
      signal?.removeEventListener("abort", onAbort);
      resolve({
        close: () => {
          socket.close();
        },
      });
    });
    socket.addEventListener("message", (event) => {
      if (typeof event.data === "string") options.onMessage(event.data);
    });
    // The close event always follows an error event and is the one that ends the matter.
    socket.addEventListener("error", () => undefined);
    socket.addEventListener("close", () => {
      signal?.removeEventListener("abort", onAbort);
      unsubscribe(pings, onPing);
      if (isOpen) options.onClose();
      else reject(handshakeFailure(handshake, target, `GET ${path}`));
    });
  });
}

/** What the handshake's answer was: the web socket itself only says that it failed. */
interface Handshake {
  status?: number;
  error?: Error;
}

function observed(handler: Dispatcher.DispatchHandler, handshake: Handshake): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade: (controller, status, headers, socket) =>
      handler.onRequestUpgrade?.(controller, status, headers, socket),
    onResponseStart: (controller, status, headers, message) => {
      handshake.status = status;
      handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => {
      handshake.error = error;
      handler.onResponseError?.(controller, error);
    },
  };
}

function handshakeFailure(handshake: Handshake, { address, explain }: HttpTarget, request: string): Error {
  const { status, error } = handshake;
  if (status !== undefined && status >= 400) {
    return new ApiError({ status, serverMessage: "the web socket was refused", request, address });
  }
  if (error !== undefined) return connectionFailure(error, explain, { address, request });
  return new TransportError(`the web socket ${request} could not be opened`, {
    code: "HANDSHAKE_FAILED",
    request,
    address,
  });
}
