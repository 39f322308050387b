import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { InstanceRecord, VolumeRecord, VolumeSnapshotRecord } from "../core/records.ts";
import { type ApiReply, type ApiRequest, sync } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { rootPool } from "../instances/instance-rules.ts";
import { findSnapshot, snapshotsOf } from "../instances/snapshots/snapshot-store.ts";
import { checkVolumeConfig } from "./volume-config.ts";
import { volumeSource } from "./volume-url.ts";

/** The volume of an instance, which has no record of its own. */
export function instanceVolume(state: FakeState, instance: InstanceRecord): VolumeRecord {
  return {
    project: instance.project,
    pool: rootPool(state, instance),
    type: instance.type,
    name: instance.name,
    description: instance.volume?.description ?? "",
    contentType: instance.type === "container" ? "filesystem" : "block",
    config: instance.volume?.config ?? {},
    createdAt: instance.createdAt,
    location: instance.location,
    snapshots: snapshotsOf(state, instance).map(({ name, createdAt, volume }) => ({
      name,
      description: volume?.description ?? "",
      config: volume?.config ?? {},
      createdAt,
      expiresAt: null,
    })),
  };
}

/** `PUT` of the volume of an instance, which may not be patched; undefined for other volumes. */
export function changeInstanceVolume(
  request: ApiRequest,
  volume: VolumeRecord,
  body: JsonObject,
): ApiReply | undefined {
  const { state } = request;
  const { project, type, name } = volume;
  if (type === "custom") return undefined;
  const config = cleanConfig(textMapField(body, "config") ?? {});
  checkVolumeConfig(state, volume.contentType, config, name);
  const instance = state.store.instances.get(project, name);
  if (instance !== undefined) instance.volume = { description: textField(body, "description"), config };
  tellRequest(request, { action: "storage-volume-updated", source: volumeSource(state, volume), project });
  return sync({});
}

/** Keeps what was changed on the volume of a snapshot of an instance. */
export function keepInstanceVolumeSnapshot(
  state: FakeState,
  volume: VolumeRecord,
  changed: VolumeSnapshotRecord,
): void {
  const snapshot = findSnapshot(state, volume, changed.name);
  if (snapshot === undefined) return;
  const { description, config } = changed;
  state.store.instanceSnapshots.put({ ...snapshot, volume: { description, config } });
}
