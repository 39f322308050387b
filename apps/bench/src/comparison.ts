import { type Summary, summarise } from "./summary.ts";

/** One way of doing a job, and how long it took each time. */
export interface Contender {
  /** The command as a reader would type it. */
  readonly title: string;
  /** Seconds of each run, in the order in which they were made. */
  readonly seconds: readonly number[];
}

/** The same job done by lxdkit and by others. */
export interface Comparison {
  readonly job: string;
  readonly ours: Contender;
  readonly theirs: readonly (Contender & {
    /** The ratio of medians that we want to reach at most. */
    readonly goal?: number;
  })[];
}

/** One line of the result: the summary of a contender, and what ours takes of its time. */
export interface Result {
  readonly job: string;
  readonly title: string;
  readonly seconds: readonly number[];
  readonly summary: Summary;
  /** Our median by this one; only where the line is not ours. */
  readonly ratio?: number;
  readonly goal?: number;
}

/** The lines of a comparison, ours first. */
export function resultsOf({ job, ours, theirs }: Comparison): Result[] {
  const own = summarise(ours.seconds);
  return [
    { job, ...ours, summary: own },
    ...theirs.map((contender): Result => {
      const summary = summarise(contender.seconds);
      return { job, ...contender, summary, ratio: own.median / summary.median };
    }),
  ];
}
