import type { FakeState } from "../core/fake-state.ts";
import type { VolumeRecord, VolumeSnapshotRecord } from "../core/records.ts";
import { unsetTime } from "../core/wire-time.ts";
import { volumeUsers } from "./volume-users.ts";

/** A volume as clients see it. */
export function volumeView(state: FakeState, volume: VolumeRecord): object {
  const { config, description, name, type, contentType, project, createdAt } = volume;
  return {
    config,
    description,
    name,
    type,
    used_by: volumeUsers(state, volume),
    location: volume.location,
    content_type: contentType,
    project,
    // LXD 5.0.2 keeps no time.
    created_at: state.flavour === "lxd" ? unsetTime : createdAt,
  };
}

/** A snapshot as it shows among the volumes, where its name is `VOLUME/SNAPSHOT`. */
export function snapshotVolumeView(state: FakeState, volume: VolumeRecord, snapshot: VolumeSnapshotRecord): object {
  const { name, createdAt, description, config } = snapshot;
  return {
    ...volumeView(state, volume),
    ...{ config, description, name: `${volume.name}/${name}`, used_by: volumeUsers(state, volume, name) },
    created_at: state.flavour === "lxd" ? unsetTime : createdAt,
  };
}
