import { LxdkitError, type LxdkitErrorOptions } from "@lxdkit/protocol";
import type { Step } from "./step.ts";

/** A step that could not be taken back, and why. */
export interface FailedUndo {
  readonly step: Step;
  readonly error: unknown;
}

/** What came of the steps of a plan that failed. */
export interface StepsOutcome {
  readonly failed: Step;
  /** What was done and stays. */
  readonly done: readonly Step[];
  /** What was done and taken back, the last one first. */
  readonly undone: readonly Step[];
  /** What was done and should have been taken back. */
  readonly notUndone: readonly FailedUndo[];
  /** What was not begun. */
  readonly notDone: readonly Step[];
}

/** A step failed: `STEP_FAILED`, with what was done, taken back and not begun. `cause` is why it failed. */
export class StepsFailedError extends LxdkitError implements StepsOutcome {
  override readonly name: string = "StepsFailedError";
  readonly failed: Step;
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
  readonly notUndone: readonly FailedUndo[];
  readonly notDone: readonly Step[];

  constructor(message: string, outcome: StepsOutcome, options: Omit<LxdkitErrorOptions, "code">) {
    super(message, { ...options, code: "STEP_FAILED", step: outcome.failed.id });
    const { failed, done, undone, notUndone, notDone } = outcome;
    this.failed = failed;
    this.done = done;
    this.undone = undone;
    this.notUndone = notUndone;
    this.notDone = notDone;
  }
}

/** The error of a step that failed for a reason from below, with what came of the others in words. */
export function stepsFailed(outcome: StepsOutcome, cause: unknown): StepsFailedError {
  const parts = [
    `${outcome.failed.id} failed: ${textOf(cause)}`,
    ...told("done and kept", outcome.done),
    ...told("taken back", outcome.undone),
    ...outcome.notUndone.map(({ step, error }) => `${step.id} could not be taken back: ${textOf(error)}`),
    ...told("not done", outcome.notDone),
  ];
  const hint = LxdkitError.is(cause) ? cause.hint : undefined;
  return new StepsFailedError(parts.join("; "), outcome, { cause, hint });
}

function told(what: string, steps: readonly Step[]): readonly string[] {
  return steps.length === 0 ? [] : [`${what}: ${steps.map(({ id }) => id).join(", ")}`];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
