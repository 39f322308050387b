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
  return merged(
    profilesOf(state, instance).map(({ devices }) => devices),
    instance.devices,
  );
}

/** The instance's configuration with that of its profiles; the instance's own wins. */
export function expandedConfig(state: FakeState, instance: WithProfiles & Pick<InstanceRecord, "config">): Config {
  return merged(
    profilesOf(state, instance).map(({ config }) => config),
    instance.config,
  );
}

type SortedMap<T> = Readonly<Record<string, T>>;

/** Sorted maps in one, the last ones and then the instance's own winning; mostly only one of them is not empty. */
function merged<T>(ofProfiles: readonly SortedMap<T>[], own: SortedMap<T>): SortedMap<T> {
  // Lists of many instances come here for each, so its own map, the largest one, is looked at only when it has to be.
  const filled = ofProfiles.filter((map) => !isEmpty(map));
  const [first] = filled;
  if (first === undefined) return own;
  if (filled.length === 1 && isEmpty(own)) return first;
  return sortedMap(Object.assign({}, ...filled, own) as Record<string, T>);
}

function isEmpty(map: object): boolean {
  for (const _ in map) return false;
  return true;
}

/** Devices with sorted names and keys. */
export function sortedDevices(devices: Devices): Devices {
  return sortedMap(Object.fromEntries(Object.entries(devices).map(([name, device]) => [name, sortedMap(device)])));
}
