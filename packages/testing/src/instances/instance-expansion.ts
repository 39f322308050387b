import type { Devices } from "@lxdkit/protocol";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, InstanceRecord, ProfileRecord } from "../core/records.ts";
import { projectFor } from "../projects/project-scope.ts";

/** What of an instance the profiles depend on. */
type WithProfiles = Pick<InstanceRecord, "project" | "profiles">;

/** The instance's profiles that exist, in their order. */
export function profilesOf(state: FakeState, instance: WithProfiles): readonly ProfileRecord[] {
  const project = projectFor(state, instance.project, "features.profiles");
  return instance.profiles.flatMap((name) => state.store.profiles.get(project, name) ?? []);
}

/** The instance's devices with those of its profiles; the instance's own win. */
export function expandedDevices(state: FakeState, instance: WithProfiles & Pick<InstanceRecord, "devices">): Devices {
  const inherited = profilesOf(state, instance).map(({ devices }) => devices);
  return sortedDevices(Object.assign({}, ...inherited, instance.devices) as Devices);
}

/** The instance's configuration with that of its profiles; the instance's own wins. */
export function expandedConfig(state: FakeState, instance: WithProfiles & Pick<InstanceRecord, "config">): Config {
  const inherited = profilesOf(state, instance).map(({ config }) => config);
  return sortedMap(Object.assign({}, ...inherited, instance.config) as Record<string, string>);
}

/** Devices with sorted names and keys. */
export function sortedDevices(devices: Devices): Devices {
  return sortedMap(Object.fromEntries(Object.entries(devices).map(([name, device]) => [name, sortedMap(device)])));
}
