/** A limit for the time in which nothing moves. */
export interface IdleLimit {
  /** Something moved, or is ours to wait for: the time counts from now. */
  touch(): void;
  /** What we wait for is none of the server's: no time counts until the next touch. */
  rest(): void;
  /** The end; touches count no more. */
  stop(): void;
}

/** Calls `onIdle` when nothing moves for `idleMs` after a touch; never when that is 0. */
export function limitIdle(idleMs: number, onIdle: () => void): IdleLimit {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = idleMs <= 0;
  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    touch() {
      if (isStopped) return;
      if (timer === undefined) timer = setTimeout(onIdle, idleMs);
      else timer.refresh();
    },
    rest,
    stop() {
      isStopped = true;
      rest();
    },
  };
}
