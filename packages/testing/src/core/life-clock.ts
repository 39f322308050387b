import type { Clock } from "./clock.ts";

/** A clock whose timers end with the daemon that set them. */
export interface LifeClock extends Clock {
  /** Calls off all timers that wait, and takes no more. */
  end(): void;
}

/** Makes a {@link LifeClock} that shows the time of `clock`. */
export function createLifeClock(clock: Clock): LifeClock {
  const cancels = new Set<() => void>();
  let hasEnded = false;
  return {
    now: () => clock.now(),
    after(delayMs, callback) {
      if (hasEnded) return () => undefined;
      const cancelTimer = clock.after(delayMs, () => {
        cancels.delete(cancel);
        callback();
      });
      const cancel = (): void => {
        cancels.delete(cancel);
        cancelTimer();
      };
      cancels.add(cancel);
      return cancel;
    },
    end() {
      hasEnded = true;
      for (const cancel of cancels) cancel();
    },
  };
}
