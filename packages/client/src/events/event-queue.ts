import { LxdkitError } from "@lxdkit/protocol";

/** A bounded queue between a socket and a loop. */
export interface EventQueue<T> {
  /** Adds an item; false when the queue is full, which fails it. */
  push(item: T): boolean;
  /** Ends the queue after what is in it, with an error where there is one. */
  end(error?: unknown): void;
  /** Throws away what is in it. */
  clear(): void;
  /** The next item; undefined at the end. */
  next(): Promise<T | undefined>;
}

/** Makes a queue of at most `limit` items. One more fails it with `EVENT_OVERFLOW` behind them, rather than be lost. */
export function createEventQueue<T>(limit: number): EventQueue<T> {
  const items: T[] = [];
  const state: { ended?: { readonly error: unknown } } = {};
  let wake = (): void => undefined;
  const end = (error?: unknown): void => {
    state.ended ??= { error };
    wake();
  };
  return {
    push(item) {
      if (state.ended !== undefined) return false;
      if (items.length >= limit) {
        end(
          new LxdkitError(`more than ${String(limit)} events were waiting to be taken`, {
            code: "EVENT_OVERFLOW",
            hint: "Take events faster, watch fewer types, or allow more of them to wait.",
          }),
        );
        return false;
      }
      items.push(item);
      wake();
      return true;
    },
    end,
    clear() {
      items.length = 0;
    },
    async next() {
      while (items.length === 0 && state.ended === undefined) await new Promise<void>((resolve) => (wake = resolve));
      const item = items.shift();
      if (item === undefined && state.ended?.error !== undefined) throw state.ended.error as Error;
      return item;
    },
  };
}
