import { setTimeout as pause } from "node:timers/promises";
import { LxdkitError } from "@lxdkit/protocol";
import type { ApiError } from "./api-error.ts";
import { rootCause } from "./connection-failure.ts";
import type { RequestOptions } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpTarget } from "./http-target.ts";

const defaultRetries = 2;

/** Requests that change nothing, however often they arrive. */
const retriedMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** A server that wants to be left alone for longer is given up. */
const maxRetryAfterMs = 10_000;

/** Ways in which connecting fails that say nothing about the next try: a reset, or a full queue of the listener. */
const passing: ReadonlySet<string | undefined> = new Set(["ECONNRESET", "EAGAIN"]);

/** Tries a request again when it is safe and may help. The time limit covers all tries and the pauses between them. */
export async function withRetries<T>(
  { retryPauseMs }: HttpTarget,
  exchange: Exchange,
  { method, content, retries = defaultRetries }: RequestOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  const tries = async (): Promise<T> => {
    try {
      return await attempt();
    } catch (cause) {
      throw exchange.failure(cause);
    }
  };
  try {
    return await tries();
  } catch (first) {
    // Content that was read in part cannot be sent again.
    const isSafe = retriedMethods.has(method) && content === undefined && retries > 0;
    if (!isSafe || !mayPass(first)) throw first;
    // Read when it is needed: most requests get their answer.
    const { default: pRetry } = await import("p-retry");
    return await pRetry((number) => (number === 1 ? Promise.reject(first as Error) : tries()), {
      retries,
      minTimeout: retryPauseMs,
      randomize: true,
      signal: exchange.signal,
      async shouldRetry({ error }) {
        if (!mayPass(error)) return false;
        const { retryAfterMs } = error as Partial<ApiError>;
        if (retryAfterMs !== undefined) await pause(retryAfterMs, undefined, { signal: exchange.signal });
        return true;
      },
    });
  }
}

/** Says whether the same request may succeed in a moment. */
function mayPass(error: unknown): boolean {
  if (!LxdkitError.is(error)) return false;
  if (error.code === "CONNECTION_LOST") return true;
  if (error.code === "CONNECT_FAILED") return passing.has(rootCause(error).code);
  return error.code === "UNAVAILABLE" && ((error as ApiError).retryAfterMs ?? 0) <= maxRetryAfterMs;
}
