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
  const { state, method, params } = request;
  const { type = "custom", volume } = params;
  if (volume !== undefined) checkVolumeType(type);
  const isNew = method === "POST" && volume === undefined;
  // LXD looks for the project of custom volumes alone, Incus for that of all but images, and both for that of new ones.
  const isAsked = isNew || type === "custom" || (state.flavour === "incus" && type !== "image");
  const isKnown = isAsked || hasProject(state, projectOf(request));
  const project = isKnown ? featureScope(request, "features.storage.volumes") : projectOf(request);
  const { name: pool } = requirePool(request);
  checkTarget(request);
  return { project, pool };
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
  checkVolumeType(type);
  const { project, pool } = volumeScope(request);
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
