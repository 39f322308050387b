import { headerPrefix } from "@lxdkit/protocol";
import type { VolumeRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { wireTime } from "../core/wire-time.ts";
import { tell } from "../events/lifecycle-event.ts";
import { featureScope, projectOf } from "../projects/project-scope.ts";
import { serverScope } from "../core/store.ts";
import { customVolume } from "./find-volume.ts";
import { requirePool } from "./pools.ts";
import { readVolumeArchive } from "./volume-archive.ts";
import { volumeResource, volumeSource } from "./volume-url.ts";

/** `POST` of bytes: an operation that makes a volume of its backup, or on Incus of the image of a disk. */
export function importVolume(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const project = featureScope(request, "features.storage.volumes");
  const pool = params["pool"] ?? "";
  const header = (key: string): string => {
    const value = request.headers[`${headerPrefix(state.flavour)}${key}`.toLowerCase()];
    return typeof value === "string" ? value : "";
  };
  const place = { project, pool, type: "custom", location: state.location };
  if (state.flavour === "incus" && header("type") === "iso") {
    if (header("name") === "") throw new Refusal(400, "Missing volume name");
    requirePool(request);
    return importDisk(request, { ...place, name: header("name") });
  }
  const archived = readVolumeArchive(request.bytes);
  if (state.store.pools.get(serverScope, pool) === undefined) {
    throw new Refusal(500, "Storage pool not found: Storage pool not found");
  }
  const volume: VolumeRecord = { ...archived, ...place, name: header("name") || archived.name };
  return start(request, volume, "Restoring custom volume backup", () => {
    const problem = insertProblem(request, volume);
    if (problem !== undefined) throw new OperationFailure(`Create custom volume from backup: ${problem}`);
    state.store.volumes.put(volume);
    // Nobody is told who did it.
    const source = volumeSource(state, volume);
    tell(state, { action: "storage-volume-created", source, project, context: contextOf(volume, request) });
  });
}

type Place = Pick<VolumeRecord, "project" | "pool" | "type" | "location" | "name">;

function importDisk(request: ApiRequest, place: Place): ApiReply {
  const { state, bytes, caller } = request;
  const volume: VolumeRecord = {
    ...place,
    description: "",
    contentType: "iso",
    config: { size: String(bytes.length) },
    createdAt: wireTime(state.clock.now()),
    snapshots: [],
    content: bytes.toString("base64"),
  };
  return start(request, volume, "Creating storage volume", () => {
    if (customVolume(state, place.project, place.pool, place.name) !== undefined) {
      const text = "Cannot create volume, already exists on target storage";
      throw new OperationFailure(`Failed creating custom volume from ISO: ${text}`);
    }
    state.store.volumes.put(volume);
    const source = volumeSource(state, volume);
    const context = contextOf(volume, request);
    tell(state, { action: "storage-volume-created", source, project: place.project, context, caller });
  });
}

function contextOf({ type, location }: VolumeRecord, { state }: ApiRequest): Readonly<Record<string, unknown>> {
  return state.flavour === "lxd" ? { type } : { location, type };
}

function insertProblem({ state }: ApiRequest, { project, pool, name }: VolumeRecord): string | undefined {
  const about = `Error inserting volume "${name}" for project "${project}" in pool "${pool}" of type "custom"`;
  if (name.includes("/")) return `${about} into database "Volume name may not be a snapshot"`;
  if (customVolume(state, project, pool, name) === undefined) return undefined;
  if (state.flavour === "incus") return `Volume "${name}" already exists in pool "${pool}"`;
  const columns = ["storage_pool_id", "node_id", "project_id", "name", "type"].map((key) => `storage_volumes.${key}`);
  return `${about} into database "UNIQUE constraint failed: ${columns.join(", ")}"`;
}

function start(request: ApiRequest, volume: VolumeRecord, description: string, work: () => void): ApiReply {
  const { state } = request;
  const url = state.flavour === "lxd" ? `/1.0/storage_volumes/${volume.name}` : volumeResource(request, volume);
  const operation = state.operations.start({
    description,
    project: projectOf(request),
    resources: { storage_volumes: [url] },
    work: () => Promise.resolve().then(work),
  });
  return { kind: "operation", operation };
}
