import type { Devices } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import type { ProfileRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { instanceConfigProblem } from "../instances/instance-config-rules.ts";
import { deviceTypes } from "../instances/instance-rules.ts";
import { projectFor } from "../projects/project-scope.ts";

/** Refuses with `status` what no profile may hold. */
export function checkProfileConfig(state: FakeState, profile: ProfileRecord, status: number): void {
  const { config, devices, project } = profile;
  if (Object.keys(config).some((key) => key.startsWith("volatile."))) {
    throw new Refusal(status, "Volatile keys can only be set on instances");
  }
  const problem = instanceConfigProblem(state, config) ?? devicesProblem(state, project, devices);
  if (problem === undefined) return;
  // That there is no such network makes a change a 404.
  throw new Refusal(status === 500 && problem.endsWith("Network not found") ? 404 : status, problem);
}

function devicesProblem(state: FakeState, project: string, devices: Devices): string | undefined {
  for (const [name, device] of Object.entries(devices)) {
    const problem = deviceProblem(state, project, name, device);
    if (problem !== undefined) return `Device validation failed for "${name}": ${problem}`;
  }
  return undefined;
}

function deviceProblem(
  state: FakeState,
  project: string,
  name: string,
  device: Readonly<Record<string, string>>,
): string | undefined {
  const notLoaded = (reason: string): string => `Failed loading device "${name}": ${reason}`;
  const { type = "", network, path = "", source = "" } = device;
  if (type === "") return notLoaded("Missing device type in config");
  if (!deviceTypes.includes(type)) return notLoaded("Unsupported device type");
  if (type === "nic" && network !== undefined) {
    const scope = projectFor(state, project, "features.networks");
    if (state.store.networks.get(scope, network) !== undefined) return undefined;
    return notLoaded(`Failed to load network "${network}" for project "${project}": Network not found`);
  }
  // The root disk alone needs no source.
  if (type === "disk" && (path === "" || (path !== "/" && source === ""))) {
    return 'Disk entry is missing the required "source" or "path" property';
  }
  return undefined;
}
