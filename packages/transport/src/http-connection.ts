import type { Agent } from "undici";
import { connectionFailure, type ExplainFailure } from "./connection-failure.ts";
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

const defaultTimeoutMs = 60_000;

/** How many sockets are open at the same time unless told otherwise. */
export const defaultMaxSockets = 32;

/**
 * Options for a pool. Time limits are ours to set for each request: a held answer (a wait) has no headers for as long
 * as it takes.
 */
export const poolOptions = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;

/** Where the requests of a connection go. */
export interface HttpTarget {
  readonly agent: Agent;
  /** What people know it by: a socket path or an URL. */
  readonly address: string;
  /** Scheme and host of every request. */
  readonly origin: string;
  /** What its ways of failing mean. */
  readonly explain: ExplainFailure;
}

/** A connection over HTTP, whatever carries it. */
export function httpConnection(target: HttpTarget): Connection {
  const { agent, address } = target;
  return {
    address,
    request: (request) => sendRequest(target, request),
    async openWebSocket(path: string, socket: OpenWebSocketOptions): Promise<WebSocketHandle> {
      // Read when it is needed: undici's web socket brings a good deal with it.
      const { openWebSocket } = await import("./web-socket.ts");
      return openWebSocket(target, withQuery(path, socket.query), socket);
    },
    close: () => agent.destroy(),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

async function sendRequest(target: HttpTarget, options: RequestOptions): Promise<Response> {
  const { agent, address, origin, explain } = target;
  const { method, path, body, ifMatch, signal, timeoutMs = defaultTimeoutMs } = options;
  const request = `${method} ${path}`;
  const timeout = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
  const signals = [signal, timeout].filter((one) => one !== undefined);
  let status: number;
  let etag: string | string[] | undefined;
  let text: string;
  try {
    const answer = await agent.request({
      origin,
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
    throw connectionFailure(cause, explain, { address, request });
  }
  const envelope = readAnswer({ status, text, request, address });
  return { status, etag: Array.isArray(etag) ? etag[0] : etag, envelope };
}

function withQuery(path: string, query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return path;
  return `${path}?${new URLSearchParams(pairs.map(([key, value]): [string, string] => [key, String(value)])).toString()}`;
}
