import { apiUrl } from "../../core/api-url.ts";
import { etagOf, sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import type { Caller } from "../../core/router.ts";
import { scopeOf } from "../../core/table.ts";
import { unsetTime, wireTime } from "../../core/wire-time.ts";
import { tell } from "../../events/lifecycle-event.ts";
import { expandedConfig, expandedDevices } from "../instance-expansion.ts";
import { instanceUrl } from "../instance-url.ts";

type InstanceKey = Pick<InstanceRecord, "project" | "name">;
type SnapshotKey = Pick<InstanceSnapshotRecord, "project" | "instance" | "name">;

/** The snapshots of an instance, the oldest first. */
export function snapshotsOf(state: FakeState, { project, name }: InstanceKey): readonly InstanceSnapshotRecord[] {
  return state.store.instanceSnapshots.in(scopeOf(project, name));
}

/** The snapshot of that name; undefined when there is none. */
export function findSnapshot(
  state: FakeState,
  { project, name }: InstanceKey,
  snapshot: string,
): InstanceSnapshotRecord | undefined {
  return state.store.instanceSnapshots.get(scopeOf(project, name), snapshot);
}

/** What a snapshot keeps of its instance as it is now. */
export function snapshotOf(state: FakeState, instance: InstanceRecord, name: string): InstanceSnapshotRecord {
  const { project, architecture, description, devices, profiles, volume, contents } = instance;
  const config = snapshotConfig(state, instance);
  return {
    ...{ project, instance: instance.name, name, architecture, description, config, devices, profiles },
    // A snapshot lasts, also that of an instance that does not.
    ephemeral: false,
    ...(volume === undefined ? {} : { volume }),
    ...(contents === undefined ? {} : { contents }),
    createdAt: wireTime(state.clock.now()),
    expiresAt: unsetTime,
  };
}

/** On Incus a snapshot is of the first generation, whichever the instance is of. */
function snapshotConfig({ flavour }: FakeState, { config }: InstanceRecord): InstanceRecord["config"] {
  const uuid = config["volatile.uuid"];
  if (flavour === "lxd" || uuid === undefined) return config;
  return sortedMap({ ...config, "volatile.uuid.generation": uuid });
}

/** Puts `list` in the place of all snapshots that the instance has. */
export function replaceSnapshots(
  state: FakeState,
  instance: InstanceKey,
  list: readonly InstanceSnapshotRecord[],
): void {
  const { instanceSnapshots } = state.store;
  for (const snapshot of snapshotsOf(state, instance)) instanceSnapshots.delete(snapshot);
  for (const snapshot of list) instanceSnapshots.put(snapshot);
}

/** Removes all snapshots of an instance, the youngest first, and tells of each. */
export function removeSnapshots(state: FakeState, instance: InstanceKey, caller: Caller | undefined): void {
  for (const snapshot of snapshotsOf(state, instance).toReversed()) {
    state.store.instanceSnapshots.delete(snapshot);
    tellSnapshot(state, snapshot, "deleted", caller);
  }
}

/** The URL of a snapshot. */
export function snapshotUrl(state: FakeState, { project, instance, name }: SnapshotKey): string {
  return apiUrl(state.flavour, ["instances", instance, "snapshots", name], project);
}

/** The resources of an operation on a snapshot on Incus. */
export function snapshotResources(
  state: FakeState,
  { project, instance, name }: SnapshotKey,
): Readonly<Record<string, readonly string[]>> {
  return {
    instances: [instanceUrl(state, { project, name: instance })],
    instances_snapshots: [snapshotUrl(state, { project, instance, name })],
  };
}

/** Tells what happened to a snapshot; LXD does not say who did it. */
export function tellSnapshot(
  state: FakeState,
  snapshot: SnapshotKey,
  verb: "created" | "deleted" | "renamed",
  caller: Caller | undefined,
  context?: Readonly<Record<string, unknown>>,
): void {
  tell(state, {
    action: `instance-snapshot-${verb}`,
    source: snapshotUrl(state, snapshot),
    project: snapshot.project,
    context,
    caller: state.flavour === "incus" ? caller : undefined,
  });
}

/** `GET /1.0/instances/{name}/snapshots/{snapshot}`. */
export function snapshotView(state: FakeState, snapshot: InstanceSnapshotRecord): Readonly<Record<string, unknown>> {
  return {
    expires_at: snapshot.expiresAt,
    architecture: snapshot.architecture,
    config: snapshot.config,
    created_at: snapshot.createdAt,
    devices: snapshot.devices,
    ephemeral: snapshot.ephemeral,
    expanded_config: expandedConfig(state, snapshot),
    expanded_devices: expandedDevices(state, snapshot),
    last_used_at: unsetTime,
    name: snapshot.name,
    profiles: snapshot.profiles,
    stateful: false,
    // A folder does not know what a snapshot takes.
    size: -1,
  };
}

/** The ETag of a snapshot covers what may be changed. */
export function snapshotEtag({ expiresAt }: InstanceSnapshotRecord): string {
  return etagOf([expiresAt]);
}
