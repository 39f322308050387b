import type { FakeState } from "../core/fake-state.ts";
import type { VolumeRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { volumeKey } from "../core/store.ts";
import { scopeOf } from "../core/table.ts";
import { checkTarget } from "../cluster/target.ts";
import { featureScope, hasProject, projectOf } from "../projects/project-scope.ts";
import { instanceVolume } from "./instance-volumes.ts";
import { requirePool } from "./pools.ts";

const types: readonly string[] = ["container", "virtual-machine", "image", "custom"];

/** Refuses a type of volumes that does not exist. */
export function checkVolumeType(type: string): void {
  if (!types.includes(type)) throw new Refusal(400, "Invalid storage volume type name");
}

/** The project and pool of the custom volumes that the request means. */
export function volumeScope(request: ApiRequest): { readonly project: string; readonly pool: string } {
  const { name: pool } = requirePool(request);
  checkTarget(request);
  const { type = "custom" } = request.params;
  // LXD looks for the project of custom volumes alone, Incus for that of all but images.
  const isAsked = type === "custom" || (request.state.flavour === "incus" && type !== "image");
  if (!isAsked && !hasProject(request.state, projectOf(request))) return { project: projectOf(request), pool };
  return { project: featureScope(request, "features.storage.volumes"), pool };
}

/** A custom volume of the member that answers. */
export function customVolume(
  { store, location }: FakeState,
  project: string,
  pool: string,
  name: string,
): VolumeRecord | undefined {
  return store.volumes.get(scopeOf(project, pool), volumeKey(name, location));
}

/** The volume of this type and name; undefined when there is none. */
export function findVolume(request: ApiRequest, type: string, name: string): VolumeRecord | undefined {
  const { state } = request;
  const { project, pool } = volumeScope(request);
  checkVolumeType(type);
  if (type === "custom") return customVolume(state, project, pool, name);
  const instance = state.store.instances.get(projectOf(request), name);
  if (instance === undefined || instance.type !== type) return undefined;
  const volume = instanceVolume(state, instance);
  return volume.pool === pool ? volume : undefined;
}

/** Refuses a name that a custom volume has already. */
export function checkFree(state: FakeState, project: string, pool: string, name: string): void {
  if (customVolume(state, project, pool, name) === undefined) return;
  throw new Refusal(409, "Volume by that name already exists");
}
