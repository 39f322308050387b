import { setTimeout as delay } from "node:timers/promises";

/** Wakes one loop when there is something to do. */
export interface News {
  /** There is something to do. */
  tell(): void;
  /** Resolves at the next news, at once when there was some since the last call, or after so many milliseconds. */
  next(atMostMs: number): Promise<void>;
}

/** Makes {@link News}. */
export function createNews(): News {
  let isTold = false;
  let wake = new AbortController();
  return {
    tell() {
      isTold = true;
      wake.abort();
    },
    async next(atMostMs) {
      if (!isTold && atMostMs > 0) {
        wake = new AbortController();
        await delay(atMostMs, undefined, { signal: wake.signal }).catch(() => undefined);
      }
      isTold = false;
    },
  };
}
