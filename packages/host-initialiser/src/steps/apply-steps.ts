import type { Performed } from "./perform-request.ts";
import type { Step } from "./step.ts";
import { type FailedUndo, stepsFailed } from "./steps-failed-error.ts";

/** One report of the progress of a plan. */
export interface StepProgress {
  readonly step: Step;
  /** The place of the step in the plan, from 1 on, and their number. */
  readonly at: number;
  readonly of: number;
  /** `unchanged`: all was so already. */
  readonly state: "running" | "done" | "unchanged" | "failed" | "undoing" | "undone" | "not-undone";
  /** What there is to say besides, for example how much of a snap has been downloaded. */
  readonly detail?: string | undefined;
}

/** Hears reports of progress; an exception in it fails the step. */
export type OnStepProgress = (progress: StepProgress) => void;

/** What the applying of steps came to. */
export interface AppliedSteps {
  /** The steps that changed something, in their order. */
  readonly changed: readonly Step[];
  /** The steps of which all was so already. */
  readonly unchanged: readonly Step[];
}

/** How a step is done. */
export type Perform = (
  step: Step,
  options: { readonly signal?: AbortSignal | undefined; readonly onDetail: (detail: string) => void },
) => Promise<Performed>;

/** Options of {@link applySteps}. */
export interface ApplyStepsOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnStepProgress | undefined;
}

interface Done {
  readonly step: Step;
  readonly at: number;
  readonly undo: (() => Promise<void>) | undefined;
}

/**
 * Does the steps of a plan one after another. The first failure ends it: what can be taken back is taken back, the last
 * step first. So does an abort, which rejects with the signal's own reason.
 *
 * @throws {StepsFailedError} `STEP_FAILED`, which says what was done, what was taken back and what was not begun.
 */
export async function applySteps(
  steps: readonly Step[],
  perform: Perform,
  { signal, onProgress }: ApplyStepsOptions = {},
): Promise<AppliedSteps> {
  signal?.throwIfAborted();
  const done: Done[] = [];
  const unchanged: Step[] = [];
  const tell = (step: Step, at: number, state: StepProgress["state"], detail?: string): void =>
    onProgress?.({ step, at, of: steps.length, state, ...(detail !== undefined && { detail }) });
  for (const [index, step] of steps.entries()) {
    const at = index + 1;
    try {
      tell(step, at, "running");
      const { isChanged, undo } = await perform(step, {
        signal,
        onDetail: (detail) => tell(step, at, "running", detail),
      });
      if (isChanged) done.push({ step, at, undo: step.isUndoable ? undo : undefined });
      else unchanged.push(step);
      signal?.throwIfAborted();
      tell(step, at, isChanged ? "done" : "unchanged");
    } catch (error) {
      const quietly: typeof tell = (...report) => {
        // What listens may be what failed; the undoing goes on.
        try {
          tell(...report);
        } catch {
          return;
        }
      };
      quietly(step, at, "failed");
      const { undone, notUndone } = await undoAll(done, quietly);
      signal?.throwIfAborted();
      const kept = done.filter((one) => one.undo === undefined).map((one) => one.step);
      throw stepsFailed({ failed: step, done: kept, undone, notUndone, notDone: steps.slice(at) }, error);
    }
  }
  return { changed: done.map(({ step }) => step), unchanged };
}

async function undoAll(
  done: readonly Done[],
  tell: (step: Step, at: number, state: StepProgress["state"]) => void,
): Promise<{ readonly undone: readonly Step[]; readonly notUndone: readonly FailedUndo[] }> {
  const undone: Step[] = [];
  const notUndone: FailedUndo[] = [];
  for (const { step, at, undo } of done.toReversed()) {
    if (undo === undefined) continue;
    tell(step, at, "undoing");
    try {
      await undo();
      undone.push(step);
      tell(step, at, "undone");
    } catch (error) {
      notUndone.push({ step, error });
      tell(step, at, "not-undone");
    }
  }
  return { undone, notUndone };
}
