import { channel } from "node:diagnostics_channel";
import type { HttpTarget } from "./http-target.ts";
import type { RequestOptions } from "./connection.ts";

/** A request as its messages tell of it: the same object in all of them. Without query, headers and body. */
export interface ReportedRequest {
  /** Socket path or URL of the server. */
  readonly address: string;
  readonly method: string;
  readonly path: string;
}

/** Message of the channel `lxdkit:request:start`. */
export interface RequestStartMessage {
  readonly request: ReportedRequest;
}

/** Message of the channel `lxdkit:request:end`: the answer is there, or begins where it is read as it comes. */
export interface RequestEndMessage {
  readonly request: ReportedRequest;
  /** HTTP status. */
  readonly status: number;
  /** Milliseconds since the start, with all tries. */
  readonly durationMs: number;
}

/** Message of the channel `lxdkit:request:error`: the server refused, or no answer came. */
export interface RequestErrorMessage {
  readonly request: ReportedRequest;
  /** What the caller's promise rejects with. */
  readonly error: unknown;
  /** Milliseconds since the start, with all tries. */
  readonly durationMs: number;
}

const started = channel("lxdkit:request:start");
const ended = channel("lxdkit:request:end");
const failed = channel("lxdkit:request:error");

/** Does a request and reports it to whoever listens on the channels of `node:diagnostics_channel`. */
export async function reported<T extends { readonly status: number }>(
  { address }: Pick<HttpTarget, "address">,
  { method, path }: Pick<RequestOptions, "method" | "path">,
  exchange: () => Promise<T>,
): Promise<T> {
  if (!started.hasSubscribers && !ended.hasSubscribers && !failed.hasSubscribers) return exchange();
  // A path may come with its query, in which secrets are.
  const [pathname = ""] = path.split("?", 1);
  const request: ReportedRequest = { address, method, path: pathname };
  const startedAt = performance.now();
  started.publish({ request } satisfies RequestStartMessage);
  try {
    const answer = await exchange();
    const durationMs = performance.now() - startedAt;
    ended.publish({ request, status: answer.status, durationMs } satisfies RequestEndMessage);
    return answer;
  } catch (error) {
    failed.publish({ request, error, durationMs: performance.now() - startedAt } satisfies RequestErrorMessage);
    throw error;
  }
}
