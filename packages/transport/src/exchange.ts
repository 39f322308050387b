import type { Dispatcher } from "undici";
import { abortable } from "./abortable.ts";
import type { RequestOptions } from "./connection.ts";
import { createEnding, type Ending } from "./ending.ts";
import type { HttpTarget } from "./http-target.ts";
import { limitIdle } from "./idle-limit.ts";
import { requestPath } from "./request-path.ts";
import { TransportError } from "./transport-error.ts";
import { watchContent, type WatchedContent } from "./watched-content.ts";

const defaultTimeoutMs = 60_000;
const defaultIdleTimeoutMs = 300_000;

/** One request on its way, with everything that can end it early. */
export interface Exchange extends Ending {
  /** What the errors call it: `GET /1.0`. */
  readonly name: string;
  /** The idle limit of the request. */
  readonly idleTimeoutMs: number;
  /** Sends it; resolves when the answer begins. Can be repeated when it has no content. */
  send(): Promise<Dispatcher.ResponseData>;
  /** A part of the answer has come. */
  touch(): void;
  /** The answer is read without the limits of the request. */
  stopLimits(): void;
}

/** Prepares a request. */
export function createExchange(target: HttpTarget, options: RequestOptions): Exchange {
  const { address } = target;
  const { method, path, content, signal, idleTimeoutMs = defaultIdleTimeoutMs } = options;
  const { timeoutMs = content === undefined ? defaultTimeoutMs : 0 } = options;
  const name = `${method} ${path}`;
  const tooLate = `${name} was not answered within ${String(timeoutMs)} ms`;
  const ending = createEnding(target, name, { signal, timeoutMs, tooLate });
  const idle = limitIdle(idleTimeoutMs, () => {
    const text = `${name} went no further for ${String(idleTimeoutMs)} ms`;
    ending.end(new TransportError(text, { code: "TIMEOUT", address, request: name }));
  });
  const watcher = { onOffer: idle.touch, onWait: idle.rest, onError: ending.end };
  const watched = content === undefined ? undefined : watchContent(content, watcher);
  return {
    ...ending,
    name,
    idleTimeoutMs,
    async send() {
      ending.throwIfEnded();
      const answer = target.agent.request({
        origin: target.origin,
        method,
        path: requestPath(path, options.query, { address, request: name }),
        headers: headersOf(options, watched),
        // undici takes any iterable; its types name only Node's own streams.
        body: (watched?.body ?? jsonOf(options)) as string | null,
        signal: ending.signal,
      });
      // A request that waits for a socket, or for one to connect, hears of no abort.
      return await abortable(answer, ending.signal);
    },
    touch() {
      if (content !== undefined) idle.touch();
    },
    stopLimits() {
      ending.stopTimer();
      idle.stop();
    },
    release() {
      ending.release();
      idle.stop();
      watched?.release();
    },
  };
}

function headersOf(options: RequestOptions, watched: WatchedContent | undefined): Record<string, string> {
  const { body, content, ifMatch, headers } = options;
  return {
    ...(body === undefined || content !== undefined ? {} : { "content-type": "application/json" }),
    ...(watched?.length === undefined ? {} : { "content-length": String(watched.length) }),
    ...(ifMatch === undefined ? {} : { "if-match": ifMatch }),
    ...Object.fromEntries(Object.entries(headers ?? {}).map(([key, value]) => [key.toLowerCase(), value])),
  };
}

function jsonOf({ body }: RequestOptions): string | null {
  return body === undefined ? null : JSON.stringify(body);
}
