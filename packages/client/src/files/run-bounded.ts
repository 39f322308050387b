import { setMaxListeners } from "node:events";
import pLimit from "p-limit";

/** How many transfers of a tree run at the same time unless told otherwise. */
const defaultParallel = 8;

/**
 * Does something with each item, so many at a time. The first failure ends the others, and is thrown when all of them
 * have ended.
 */
export async function runBounded<T>(
  items: readonly T[],
  {
    parallel = defaultParallel,
    signal,
  }: { readonly parallel?: number | undefined; readonly signal?: AbortSignal | undefined },
  run: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = pLimit(parallel);
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([failed.signal, signal]);
  // Every transfer listens to it; Node would warn of a leak at the eleventh listener.
  setMaxListeners(0, either);
  let failure: { readonly error: unknown } | undefined;
  const attempt = async (item: T): Promise<void> => {
    if (either.aborted) return;
    try {
      await run(item, either);
    } catch (error) {
      failure ??= { error };
      failed.abort(error);
    }
  };
  await Promise.all(items.map((item) => limit(attempt, item)));
  signal?.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}
