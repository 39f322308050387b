import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { PoolRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { rootPool } from "../instances/instance-rules.ts";
import { volumeListUrl } from "./volume-url.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { snapshotsOf, snapshotUrl } from "../instances/snapshots/snapshot-store.ts";

/** URLs of all that is in a pool, or of what a member of the cluster has there, and of the profiles that name it. */
export function poolUsers(state: FakeState, { name }: PoolRecord, target = ""): readonly string[] {
  const isLxd = state.flavour === "lxd";
  const { instances, profiles, volumes } = state.store;
  const isThere = ({ location }: { readonly location: string }): boolean => target === "" || location === target;
  return [
    ...instances
      .all()
      .filter((instance) => rootPool(state, instance) === name && isThere(instance))
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
      .filter((volume) => volume.pool === name && isThere(volume))
      .flatMap((volume) => [
        volumeListUrl(state, volume),
        // LXD counts snapshots too.
        ...(isLxd ? volume.snapshots.map((snapshot) => volumeListUrl(state, volume, snapshot.name)) : []),
      ]),
  ].sort(compareTexts);
}
