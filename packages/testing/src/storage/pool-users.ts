import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { PoolRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { rootPool } from "../instances/instance-rules.ts";
import { volumeUrl } from "./volume-url.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { snapshotsOf, snapshotUrl } from "../instances/snapshots/snapshot-store.ts";

/** URLs of all that is in a pool, and of the profiles that name it. */
export function poolUsers(state: FakeState, { name }: PoolRecord): readonly string[] {
  const isLxd = state.flavour === "lxd";
  const { instances, profiles, volumes } = state.store;
  return [
    ...instances
      .all()
      .filter((instance) => rootPool(state, instance) === name)
      .flatMap((instance) => [
        instanceUrl(state, instance),
        ...(isLxd ? snapshotsOf(state, instance).map((snapshot) => snapshotUrl(state, snapshot)) : []),
      ]),
    ...profiles
      .all()
      .filter(({ devices }) => Object.values(devices).some(({ type, pool }) => type === "disk" && pool === name))
      .map((profile) => apiUrl(state.flavour, ["profiles", profile.name], profile.project)),
    ...volumes
      .all()
      .filter(({ pool }) => pool === name)
      .flatMap((volume) => [
        volumeUrl(state, volume),
        // LXD counts snapshots too.
        ...(isLxd ? volume.snapshots.map((snapshot) => volumeUrl(state, volume, snapshot.name)) : []),
      ]),
  ].sort(compareTexts);
}
