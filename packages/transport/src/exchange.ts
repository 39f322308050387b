import type { Dispatcher } from "undici";
import { connectionFailure } from "./connection-failure.ts";
import type { RequestOptions } from "./connection.ts";
import type { HttpTarget } from "./http-target.ts";
import { withQuery } from "./query-string.ts";
import { TransportError } from "./transport-error.ts";
import { watchContent } from "./watched-content.ts";

const defaultTimeoutMs = 60_000;
const defaultIdleTimeoutMs = 300_000;

/** One request on its way, with everything that can end it early. */
export interface Exchange {
  /** What the errors call it: `GET /1.0`. */
  readonly name: string;
  /** The idle limit of the request. */
  readonly idleTimeoutMs: number;
  /** Sends it; resolves when the answer begins. */
  send(): Promise<Dispatcher.ResponseData>;
  /** Ends the whole exchange, also while the answer is read; `reason` is what its failure will be. */
  end(reason: Error): void;
  /** The limit for the whole answer counts no more. */
  stopTimer(): void;
  /** Lets go of what the exchange holds on to; after it has ended. */
  release(): void;
  /** What a failure of sending or reading means: the caller's own reason, a limit, or the connection. */
  failure(cause: unknown): unknown;
}

/** Prepares a request. */
export function createExchange(target: HttpTarget, options: RequestOptions): Exchange {
  const { address, explain } = target;
  const { method, path, body, content, signal, idleTimeoutMs = defaultIdleTimeoutMs } = options;
  const { timeoutMs = content === undefined ? defaultTimeoutMs : 0 } = options;
  const name = `${method} ${path}`;
  const controller = new AbortController();
  // What ended the exchange on our side; without it the client's error tells.
  let ended: { readonly reason: unknown } | undefined;
  const end = (reason: unknown): void => {
    ended ??= { reason };
    controller.abort(reason);
  };
  const timeOut = (text: string): void => {
    end(new TransportError(`${name} ${text}`, { code: "TIMEOUT", address, request: name }));
  };
  const onAbort = (): void => {
    end(signal?.reason);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer =
    timeoutMs > 0 ? setTimeout(timeOut, timeoutMs, `was not answered within ${String(timeoutMs)} ms`) : undefined;
  const watched =
    content === undefined
      ? undefined
      : watchContent(content, idleTimeoutMs, {
          onIdle: () => {
            timeOut(`was taken no further for ${String(idleTimeoutMs)} ms`);
          },
          onError: end,
        });
  return {
    name,
    idleTimeoutMs,
    async send() {
      signal?.throwIfAborted();
      const answer = await target.agent.request({
        origin: target.origin,
        method,
        path: withQuery(path, options.query),
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(options.ifMatch === undefined ? {} : { "if-match": options.ifMatch }),
          ...options.headers,
        },
        // undici takes any iterable; its types name only Node's own streams.
        body: (watched?.body ?? (body === undefined ? null : JSON.stringify(body))) as Buffer | string | null,
        signal: controller.signal,
      });
      watched?.stop();
      return answer;
    },
    end,
    stopTimer: () => {
      clearTimeout(timer);
    },
    release() {
      clearTimeout(timer);
      watched?.stop();
      signal?.removeEventListener("abort", onAbort);
    },
    failure: (cause) =>
      ended === undefined ? connectionFailure(cause, explain, { address, request: name }) : ended.reason,
  };
}
