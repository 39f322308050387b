/** What a series of measurements comes to, in seconds. */
export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Sums up a series of seconds; throws a `RangeError` when it is empty. */
export function summarise(seconds: readonly number[]): Summary {
  const sorted = seconds.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new RangeError("there are no measurements");
  }
  return { min, median: (lower + upper) / 2, max };
}
