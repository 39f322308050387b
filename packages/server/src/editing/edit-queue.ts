import { abortable } from "@lxdkit/transport";

/** Lets those who change one object do so one after the other. */
export interface EditQueue {
  /** Does the work when everybody before has done theirs on this object, whatever came of it. */
  inTurn<T>(object: string, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T>;
}

/**
 * Makes an {@link EditQueue}. LXD 5.0 and Incus 6.0 compare ETags some time before they write profiles, networks and
 * their own configuration, so of changes that they get at the same time all but one would be lost without a word.
 * Other programs can still come in between.
 */
export function createEditQueue(): EditQueue {
  const tails = new Map<string, Promise<void>>();
  return {
    async inTurn(object, work, signal) {
      const before = tails.get(object) ?? Promise.resolve();
      const turn = abortable(before, signal).then(work);
      // Who gave up waiting lets nobody pass those who still work.
      const tail = Promise.allSettled([before, turn]).then(() => {
        if (tails.get(object) === tail) tails.delete(object);
      });
      tails.set(object, tail);
      return turn;
    },
  };
}
