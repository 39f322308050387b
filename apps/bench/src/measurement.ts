/** One number that was measured once, with the most that it may be. */
export interface Measurement {
  readonly job: string;
  /** What was measured. */
  readonly title: string;
  readonly value: number;
  readonly unit: "MiB" | "count";
  /** The most that it may be. */
  readonly goal: number;
}
