import { setTimeout as delay } from "node:timers/promises";

/** Waits for so many milliseconds, or until the signal aborts. */
export type Sleep = (ms: number, options: { readonly signal?: AbortSignal | undefined }) => Promise<unknown>;

/** A pause that ends with the signal's own reason when it is aborted. */
export async function pause(ms: number, signal: AbortSignal | undefined, sleep: Sleep = sleepByTimer): Promise<void> {
  try {
    await sleep(ms, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

function sleepByTimer(ms: number, { signal }: { readonly signal?: AbortSignal | undefined }): Promise<unknown> {
  return delay(ms, undefined, signal && { signal });
}
