import type { Server } from "@lxdkit/server";
import { type AppliedSteps, applySteps, type ApplyStepsOptions } from "../steps/apply-steps.ts";
import { performOnServer } from "../steps/perform-request.ts";
import type { Step } from "../steps/step.ts";
import { type ParsedPreseed, parsePreseed } from "./parse-preseed.ts";
import { planPreseed, scopeOf } from "./plan-preseed.ts";
import type { Preseed } from "./preseed.ts";
import { readServerState } from "./server-state.ts";

/** A preseed as text (YAML), or as what {@link parsePreseed} made of it, or as it is. */
export type PreseedInput = string | ParsedPreseed | Preseed;

/**
 * Brings a server to what a preseed asks for, as `lxd init --preseed` does, but writes only what is not so yet: applied
 * twice, it changes nothing the second time. When a step fails, what was done before is taken back.
 *
 * @throws {PreseedError} `BAD_PRESEED` with line and key, before anything is changed.
 * @throws {StepsFailedError} `STEP_FAILED`, which says what was done, taken back and not begun.
 */
export async function applyPreseed(
  server: Server,
  input: PreseedInput,
  options: ApplyStepsOptions = {},
): Promise<AppliedSteps> {
  const steps = await planPreseedFor(server, input, options);
  return applySteps(steps, ({ action }, { signal }) => performOnServer(server, action, { signal }), options);
}

/** The steps that {@link applyPreseed} would do now. Reads the server and changes nothing. */
export async function planPreseedFor(
  server: Server,
  input: PreseedInput,
  { signal }: Pick<ApplyStepsOptions, "signal"> = {},
): Promise<readonly Step[]> {
  const parsed = parsedOf(input);
  const state = await readServerState(server, { ...scopeOf(parsed.preseed), signal });
  return planPreseed(parsed, state);
}

function parsedOf(input: PreseedInput): ParsedPreseed {
  if (typeof input === "string") return parsePreseed(input);
  return "lineOf" in input ? input : { preseed: input, lineOf: () => undefined };
}
