import { applyHost } from "./apply-host.ts";
import { detectHost } from "./host/detect-host.ts";
import type { HostAccess } from "./host/host-access.ts";
import type { HostWishes } from "./plan/host-wishes.ts";
import { planHost } from "./plan/plan-host.ts";
import type { AppliedSteps, ApplyStepsOptions } from "./steps/apply-steps.ts";

/**
 * Makes a host ready: finds out what it has, plans what it lacks, and does that. Safe to repeat: on a host that is
 * ready nothing is written.
 *
 * @throws {InitialiserError} for what cannot be done on this host; nothing was changed then.
 * @throws {StepsFailedError} `STEP_FAILED`, which says what was done, taken back and not begun.
 */
export async function initialiseHost(
  host: HostAccess,
  wishes: HostWishes = {},
  options: ApplyStepsOptions = {},
): Promise<AppliedSteps> {
  const { signal } = options;
  const { flavour } = wishes;
  const facts = await detectHost(host, { flavour, signal });
  const steps = planHost(facts, wishes, { random: (limit) => host.random(limit) });
  return applyHost(host, steps, { ...options, flavour });
}
