import { isAway } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";
import { pause } from "./pause.ts";

const firstPauseMs = 100;
const longestPauseMs = 1_000;

/**
 * Does something again while the server is away, at most for so many milliseconds: it stops, starts or crashed. For
 * what changes nothing, or does no harm when it is done twice.
 */
export async function retryWhileAway<T>(
  task: () => Promise<T>,
  { limitMs, signal }: { readonly limitMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const begun = performance.now();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await task();
    } catch (error) {
      signal?.throwIfAborted();
      if (!tellsAway(error) || performance.now() - begun + pauseMs > limitMs) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** A server that restarts is back by then. */
export const backMs = 30_000;

/**
 * Waits until a server answers again that left a request without an answer: what is asked next tells what came of it.
 * Gives up after half a minute, which the next request tells too.
 */
export async function untilBack(ask: () => Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  await retryWhileAway(ask, { limitMs: backMs, signal }).catch(() => undefined);
  signal?.throwIfAborted();
}

const lost: ReadonlySet<string> = new Set(["CONNECTION_LOST"]);

/** Says whether a request was sent and its answer was lost. */
export function isUnanswered(error: unknown): boolean {
  return LxdkitError.is(error) && lost.has(error.code);
}

/** The same for the error of a step, which keeps the reason as its cause. */
function tellsAway(error: unknown): boolean {
  return isAway(error) || (LxdkitError.is(error) && isAway(error.cause));
}
