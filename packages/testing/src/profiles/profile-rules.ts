import type { FakeState } from "../core/fake-state.ts";
import type { Config, ProfileRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { devicesProblem } from "../devices/devices-check.ts";
import { instanceConfigProblem } from "../instances/instance-config-rules.ts";

/** Refuses with `status` what no profile may hold; `config` is the configuration as it was sent. */
export function checkProfileConfig(
  state: FakeState,
  { project, devices }: ProfileRecord,
  config: Config,
  status: number,
): void {
  const text = instanceConfigProblem(state, config, "profile");
  const problem =
    text === undefined ? devicesProblem({ state, project, kind: "profile" }, devices) : { text, status: undefined };
  if (problem === undefined) return;
  // That there is no such network makes a change a 404.
  throw new Refusal(status === 500 ? (problem.status ?? status) : status, problem.text);
}
