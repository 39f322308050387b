/** The status of a command that is not there, and of one that cannot be run. */
export const notFound = 127;
export const notExecutable = 126;

/** The reason of a command's aborted signal: it was killed. */
export class Killed extends Error {
  override readonly name: string = "Killed";
  /** The number of the signal. */
  readonly number: number;

  constructor(number: number) {
    super(`killed by signal ${String(number)}`);
    this.number = number;
  }
}

/** The status of a command whose signal was aborted. */
export function killedStatus(signal: AbortSignal): number {
  return 128 + (signal.reason instanceof Killed ? signal.reason.number : 9);
}

/** Signals that do nothing to a command that does not wait for them: they tell of children, windows and the like. */
const harmless: ReadonlySet<number> = new Set([17, 18, 19, 20, 21, 22, 23, 28]);

/** The signals that scripts name. */
export const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  USR2: 12,
  TERM: 15,
};

/** Whether a signal ends a command. */
export function isDeadly(signal: number): boolean {
  return signal > 0 && signal <= 64 && !harmless.has(signal);
}
