import { LxdkitError } from "@lxdkit/protocol";

/** One thing that is wrong with a preseed. */
export interface PreseedProblem {
  /** Where, for example `networks[0].config.ipv4.address`; empty for the whole. */
  readonly key: string;
  /** Its line, from 1 on; undefined when the preseed was no text. */
  readonly line: number | undefined;
  /** What, for people. */
  readonly text: string;
}

/** A preseed is wrong, and nothing was changed: `BAD_PRESEED`. Tells all that is wrong, in the order of the lines. */
export class PreseedError extends LxdkitError {
  override readonly name: string = "PreseedError";
  readonly problems: readonly PreseedProblem[];

  constructor(problems: readonly PreseedProblem[]) {
    const told = problems.map(({ key, line, text }) => {
      const place = [...(line === undefined ? [] : [`line ${String(line)}`]), ...(key === "" ? [] : [key])].join(", ");
      return place === "" ? text : `${place}: ${text}`;
    });
    super(`the preseed is wrong: ${told.join("; ")}`, {
      code: "BAD_PRESEED",
      hint: "Nothing was changed. Mend these lines and apply it again.",
    });
    this.problems = problems;
  }
}
