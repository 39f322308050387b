import { LxdkitError, type LxdkitErrorOptions } from "@lxdkit/protocol";

/** Something in user data or network config that would not do what it says. */
export interface DataProblem {
  /** The key, for example `users[0].name`; empty for the document itself. */
  readonly path: string;
  /** What is wrong, without the value: that may be a secret. */
  readonly message: string;
  /** What helps. */
  readonly hint?: string | undefined;
}

/** Options of {@link CloudInitDataError}. */
export interface CloudInitDataErrorOptions extends LxdkitErrorOptions {
  readonly problems?: readonly DataProblem[] | undefined;
}

/** What this package throws; the README lists its codes. Messages name keys, never their values. */
export class CloudInitDataError extends LxdkitError {
  override readonly name: string = "CloudInitDataError";
  /** All that is wrong, in the order of the document; the message tells the first. */
  readonly problems: readonly DataProblem[];

  constructor(message: string, { problems = [], ...options }: CloudInitDataErrorOptions) {
    super(message, options);
    this.problems = problems;
  }

  /** The key that the message is about, for example `users[0].name`. */
  get path(): string {
    return this.problems[0]?.path ?? "";
  }
}

/** Throws when there are problems; `what` names the document. */
export function refuseProblems(what: string, code: string, problems: readonly DataProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const place = first.path === "" ? "" : `${first.path} `;
  const others = problems.length === 1 ? "" : ` (and ${String(problems.length - 1)} more)`;
  throw new CloudInitDataError(`${what}: ${place}${first.message}${others}`, { code, hint: first.hint, problems });
}
