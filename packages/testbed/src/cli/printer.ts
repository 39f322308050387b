import { LxdkitError } from "@lxdkit/protocol";

/** Where a command writes. */
export interface Printer {
  /** Data, for other programs too. */
  readonly out: (text: string) => void;
  /** Progress and complaints, for people. */
  readonly error: (text: string) => void;
}

/** A line of progress or complaint goes to standard error, data to standard output. */
export const processPrinter: Printer = {
  out: (text) => process.stdout.write(`${text}\n`),
  error: (text) => process.stderr.write(`${text}\n`),
};

/** An error as people read it: what happened, then what they can do. */
export function describeError(error: unknown): string {
  if (!LxdkitError.is(error)) return error instanceof Error ? error.message : String(error);
  return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
}
