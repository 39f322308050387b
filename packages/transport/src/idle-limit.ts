/** A limit for the time in which nothing moves. */
export interface IdleLimit {
  /** Something moved, or is to be waited for: the time counts from now. */
  touch(): void;
  /** Nothing is to be waited for: no time counts until the next touch. */
  rest(): void;
  /** The end; touches count no more. */
  stop(): void;
}

/** Calls `onIdle` once when nothing moves for `idleMs` after a touch; never when that is 0. */
export function limitIdle(idleMs: number, onIdle: () => void): IdleLimit {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let lastTouch = 0;
  let isStopped = idleMs <= 0;
  const leftMs = (): number => lastTouch + idleMs - performance.now();
  const wait = (ms: number): void => {
    timer = setTimeout(() => {
      // What came while the process was held up is read before the time is said to be over.
      if (leftMs() > 0) wait(leftMs());
      else turn = setImmediate(decide);
    }, ms);
  };
  const decide = (): void => {
    if (leftMs() > 0) {
      wait(leftMs());
      return;
    }
    timer = undefined;
    onIdle();
  };
  const rest = (): void => {
    clearTimeout(timer);
    clearImmediate(turn);
    timer = undefined;
  };
  return {
    touch() {
      if (isStopped) return;
      // The timer is not refreshed: that costs more, and Node calls one that is due at that moment all the same.
      lastTouch = performance.now();
      if (timer === undefined) wait(idleMs);
    },
    rest,
    stop() {
      isStopped = true;
      rest();
    },
  };
}
