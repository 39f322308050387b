import type { Devices } from "@lxdkit/protocol";
import { sortedMap } from "../core/etag.ts";
import type { FakeState, InstanceRecord, ProfileRecord } from "../core/fake-state.ts";

/** The instance's profiles that exist, in their order. */
export function profilesOf(
  state: Pick<FakeState, "profiles">,
  instance: Pick<InstanceRecord, "profiles">,
): readonly ProfileRecord[] {
  return instance.profiles.flatMap((name) => state.profiles.get(name) ?? []);
}

/** The instance's devices with those of its profiles; the instance's own win. */
export function expandedDevices(
  state: Pick<FakeState, "profiles">,
  instance: Pick<InstanceRecord, "profiles" | "devices">,
): Devices {
  const inherited = profilesOf(state, instance).map(({ devices }) => devices);
  return sortedDevices(Object.assign({}, ...inherited, instance.devices) as Devices);
}

/** The instance's configuration with that of its profiles; the instance's own wins. */
export function expandedConfig(
  state: Pick<FakeState, "profiles">,
  instance: Pick<InstanceRecord, "profiles" | "config">,
): Readonly<Record<string, string>> {
  const inherited = profilesOf(state, instance).map(({ config }) => config);
  return sortedMap(Object.assign({}, ...inherited, instance.config) as Record<string, string>);
}

/** Devices with sorted names and keys. */
export function sortedDevices(devices: Devices): Devices {
  return sortedMap(Object.fromEntries(Object.entries(devices).map(([name, device]) => [name, sortedMap(device)])));
}
