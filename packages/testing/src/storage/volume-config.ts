import { anyText, boolean, byteSize, configProblem, type ConfigRules } from "../core/config-rules.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";

const rules: ConfigRules = {
  "initial.*": anyText,
  "security.shifted": boolean,
  "security.unmapped": boolean,
  size: byteSize,
  "snapshots.expiry": anyText,
  "snapshots.pattern": anyText,
  "snapshots.schedule": anyText,
  "volatile.*": anyText,
};

/** Refuses what a volume in a folder cannot have; `name` is how the servers call it. */
export function checkVolumeConfig(config: Config, name: string): void {
  const problem = configProblem(config, rules);
  if (problem === undefined) return;
  const key = `volume "${name}" option "${problem.key}"`;
  throw new Refusal(
    500,
    problem.kind === "unknown" ? `Invalid option for ${key}` : `Invalid value for ${key}: ${problem.reason}`,
  );
}
