import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { PoolRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { rootPool } from "../instances/instance-rules.ts";
import { volumeUrl } from "./volume-url.ts";
import { instanceUrl } from "../instances/instance-url.ts";

/** URLs of all that is in a pool, and of the profiles that name it. */
export function poolUsers(state: FakeState, { name }: PoolRecord): readonly string[] {
  const { instances, profiles, volumes } = state.store;
  return [
    ...instances.all().flatMap((instance) => (rootPool(state, instance) === name ? instanceUrl(state, instance) : [])),
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
        ...(state.flavour === "lxd" ? volume.snapshots.map((snapshot) => volumeUrl(state, volume, snapshot.name)) : []),
      ]),
  ].sort(compareTexts);
}
