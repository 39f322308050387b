/** One number that was measured once, with the most, or the least, that it may be. */
export interface Measurement {
  readonly job: string;
  /** What was measured. */
  readonly title: string;
  readonly value: number;
  readonly unit: "MiB" | "ms" | "a second" | "count";
  /** The most that it may be. */
  readonly goal: number;
  /** Whether the goal is the least that it may be instead. */
  readonly isLeast?: boolean;
}
