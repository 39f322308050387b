import { Agent } from "undici";
import { connectionFailure } from "./connection-failure.ts";
import type {
  Connection,
  OpenWebSocketOptions,
  Query,
  RequestOptions,
  Response,
  WebSocketHandle,
} from "./connection.ts";
import { readAnswer } from "./read-answer.ts";
import { TransportError } from "./transport-error.ts";

/** Options of {@link connectUnix}. */
export interface ConnectUnixOptions {
  /** Path of the server's unix socket. */
  readonly socketPath: string;
  /** Sockets that are open at the same time; 32 by default. More requests than that wait for a free one. */
  readonly maxSockets?: number;
}

const defaultTimeoutMs = 60_000;

/**
 * A connection to a local server over its unix socket. Nothing is sent until the first request. No proxy is used,
 * whatever the environment says.
 */
export function connectUnix(options: ConnectUnixOptions): Connection {
  const { socketPath } = options;
  // Time limits are ours to set for each request: a held answer (a wait) has no headers for as long as it takes.
  const agent = new Agent({
    connect: { socketPath, timeout: 10_000 },
    connections: options.maxSockets ?? 32,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    address: socketPath,
    request: (request) => sendRequest(agent, socketPath, request),
    async openWebSocket(path: string, socket: OpenWebSocketOptions): Promise<WebSocketHandle> {
      // Read when it is needed: undici's web socket brings a good deal with it.
      const { openWebSocket } = await import("./web-socket.ts");
      return openWebSocket(agent, socketPath, withQuery(path, socket.query), socket);
    },
    close: () => agent.destroy(),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

async function sendRequest(agent: Agent, address: string, options: RequestOptions): Promise<Response> {
  const { method, path, body, ifMatch, signal, timeoutMs = defaultTimeoutMs } = options;
  const request = `${method} ${path}`;
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  const signals = [signal, timeout].filter((one) => one !== undefined);
  let status: number;
  let etag: string | string[] | undefined;
  let text: string;
  try {
    const answer = await agent.request({
      origin: "http://unix.socket",
      method,
      path: withQuery(path, options.query),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}),
    });
    status = answer.statusCode;
    etag = answer.headers.etag;
    text = await answer.body.text();
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason;
    if (timeout?.aborted === true) {
      throw new TransportError(`${request} was not answered within ${String(timeoutMs)} ms`, {
        code: "TIMEOUT",
        cause,
        address,
        request,
      });
    }
    throw connectionFailure(cause, address, request);
  }
  const envelope = readAnswer({ status, text, request, address });
  return { status, etag: Array.isArray(etag) ? etag[0] : etag, envelope };
}

function withQuery(path: string, query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  return `${path}?${new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}
