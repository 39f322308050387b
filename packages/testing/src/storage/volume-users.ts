import type { Devices } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, ProfileRecord, VolumeRecord } from "../core/records.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { snapshotUrl } from "../instances/snapshots/snapshot-store.ts";
import { projectFor } from "../projects/project-scope.ts";

function isVolume({ pool, name }: VolumeRecord, device: Readonly<Record<string, string>>): boolean {
  return device["type"] === "disk" && device["pool"] === pool && device["source"] === name;
}

function hold<T extends InstanceRecord | ProfileRecord>(
  state: FakeState,
  volume: VolumeRecord,
  records: readonly T[],
): readonly T[] {
  return records
    .filter(({ project }) => projectFor(state, project, "features.storage.volumes") === volume.project)
    .filter(({ devices }) => Object.values(devices).some((device) => isVolume(volume, device)));
}

/** The instances that have a custom volume among their own devices. */
export function volumeInstances(state: FakeState, volume: VolumeRecord): readonly InstanceRecord[] {
  return hold(state, volume, state.store.instances.all());
}

/** URLs of the instances and profiles that use a volume, or one of its snapshots. */
export function volumeUsers(state: FakeState, volume: VolumeRecord, snapshot?: string): readonly string[] {
  if (volume.type !== "custom") return instanceVolumeUsers(state, volume, snapshot);
  if (snapshot !== undefined) return [];
  return [
    ...volumeInstances(state, volume).map((instance) => instanceUrl(state, instance)),
    ...hold(state, volume, state.store.profiles.all()).map(({ name, project }) =>
      apiUrl(state.flavour, ["profiles", name], project),
    ),
  ];
}

/** Incus does not say whose the snapshots are. */
function instanceVolumeUsers(state: FakeState, volume: VolumeRecord, snapshot?: string): readonly string[] {
  if (snapshot === undefined) return [instanceUrl(state, volume)];
  if (state.flavour === "incus") return [];
  return [snapshotUrl(state, { project: volume.project, instance: volume.name, name: snapshot })];
}

/** Gives all that use a volume its new name and pool. */
export function moveInDevices(state: FakeState, volume: VolumeRecord, { name, pool }: VolumeRecord): void {
  const renamed = (devices: Devices): Devices =>
    Object.fromEntries(
      Object.entries(devices).map(([key, device]) => [
        key,
        isVolume(volume, device) ? { ...device, pool, source: name } : device,
      ]),
    );
  for (const instance of volumeInstances(state, volume)) instance.devices = renamed(instance.devices);
  for (const profile of hold(state, volume, state.store.profiles.all())) {
    state.store.profiles.put({ ...profile, devices: renamed(profile.devices) });
  }
}
