import { abortable } from "@lxdkit/transport";

/** Lets those who work on one thing do so one after the other. */
export interface Turns {
  /** Does the work when everybody before has done theirs on this thing, whatever came of it. */
  take<T>(thing: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

/** Makes {@link Turns}. */
export function createTurns(): Turns {
  const tails = new Map<string, Promise<void>>();
  return {
    async take(thing, work, signal) {
      const before = tails.get(thing) ?? Promise.resolve();
      const turn = abortable(before, signal).then(work);
      // Who gave up waiting lets nobody pass those who still work.
      const tail = Promise.allSettled([before, turn]).then(() => {
        if (tails.get(thing) === tail) tails.delete(thing);
      });
      tails.set(thing, tail);
      return turn;
    },
  };
}
