import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { Agent } from "node:https";
import { nextLocation } from "./redirect.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import { unreachable } from "./stream-failures.ts";
import { proxyFor, type StreamProxy } from "./stream-proxy.ts";

/** Well above the largest known products file (about 5 MB). */
const maxBytes = 64 * 1024 * 1024;

/** Milliseconds until a host, or the proxy on the way, must have answered. */
export const connectTimeoutMs = 10_000;

/** What a host answered. */
export interface TextAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** How to ask. */
export interface GetTextOptions {
  /** For `https:` addresses. */
  readonly agent: Agent;
  /** For `http:` addresses; the agent has its own. */
  readonly proxy: StreamProxy | undefined;
  readonly headers: OutgoingHttpHeaders;
  /** Also goes on to where another host refers to by plain http. */
  readonly allowHttp: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks a host for a text, and the hosts that it refers to.
 *
 * Node's own client does it: others take longer to load than the whole work does.
 */
export async function getText(url: URL, options: GetTextOptions): Promise<TextAnswer> {
  let at = url;
  for (let hops = 0; ; hops += 1) {
    const answer = await getOnce(at, options);
    const next = nextLocation(at, answer.status, answer.headers.location, { hops, allowHttp: options.allowHttp });
    if (next === undefined) return answer;
    at = next;
  }
}

async function getOnce(url: URL, { agent, proxy, headers, signal }: GetTextOptions): Promise<TextAnswer> {
  const isPlain = url.protocol === "http:";
  try {
    const via = isPlain ? proxyFor(url, proxy) : undefined;
    const { protocol } = via?.url ?? url;
    const { request } = protocol === "http:" ? await import("node:http") : await import("node:https");
    signal.throwIfAborted();
    const how =
      via === undefined
        ? { ...(isPlain ? {} : { agent }), headers }
        : { path: url.href, headers: { ...headers, ...via.headers, host: url.host } };
    return await new Promise<TextAnswer>((resolve, reject) => {
      const asked = request(via?.url ?? url, { ...how, signal }, (response) => {
        clearTimeout(timer);
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > maxBytes) asked.destroy(tooLarge(url));
        });
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode = 0 } = response;
          resolve({ status: statusCode, headers: response.headers, text: Buffer.concat(chunks).toString("utf8") });
        });
      });
      const timer = setTimeout(() => {
        asked.destroy(new Error(`nobody answered within ${String(connectTimeoutMs)} ms`));
      }, connectTimeoutMs);
      asked.on("socket", (socket) => {
        if (!socket.connecting) clearTimeout(timer);
        socket.once("connect", () => {
          clearTimeout(timer);
        });
      });
      asked.on("close", () => {
        clearTimeout(timer);
      });
      asked.on("error", reject);
      asked.end();
    });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause instanceof SimplestreamsError ? cause : unreachable(url, cause);
  }
}

function tooLarge(url: URL): SimplestreamsError {
  return new SimplestreamsError(`${url.href} is larger than ${String(maxBytes)} bytes`, {
    code: "BAD_STREAM",
    address: url.href,
  });
}
