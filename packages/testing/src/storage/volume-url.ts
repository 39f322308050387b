import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { VolumeRecord } from "../core/records.ts";
import type { ApiRequest } from "../core/router.ts";
import { projectOf } from "../projects/project-scope.ts";

type VolumePlace = Pick<VolumeRecord, "project" | "pool" | "type" | "name">;

/** The URL of a volume, or of one of its snapshots. */
export function volumeUrl(state: FakeState, volume: VolumePlace, snapshot?: string): string {
  const { project, pool, type, name } = volume;
  const below = snapshot === undefined ? [] : ["snapshots", snapshot];
  return apiUrl(state.flavour, ["storage-pools", pool, "volumes", type, name, ...below], project);
}

/** The URL of a volume in lists, where a cluster adds the member that has it. */
export function volumeListUrl(state: FakeState, volume: VolumeRecord, snapshot?: string): string {
  const url = volumeUrl(state, volume, snapshot);
  if (volume.location === "none") return url;
  return `${url}${url.includes("?") ? "&" : "?"}target=${encodeURIComponent(volume.location).replaceAll("%20", "+")}`;
}

/** The URL that events give for it: the name is that on disk, which begins with the project. */
export function volumeSource(state: FakeState, volume: VolumePlace, snapshot?: string): string {
  const { project, type, name } = volume;
  if (type === "custom") return volumeUrl(state, { ...volume, name: `${project}_${name}` }, snapshot);
  // The folder of instances is named in the plural, and the default project is left out.
  const onDisk = project === "default" ? name : `${project}_${name}`;
  return volumeUrl(state, { ...volume, type: `${type}s`, name: onDisk }, snapshot);
}

/** The URL of a volume among the resources of an operation of Incus: with the project that was asked for. */
export function volumeResource(request: ApiRequest, volume: VolumePlace, snapshot?: string): string {
  return volumeUrl(request.state, { ...volume, project: projectOf(request) }, snapshot);
}
