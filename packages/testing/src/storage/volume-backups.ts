import { join } from "node:path";
import { apiUrl } from "../core/api-url.ts";
import { compress, compressionProblem } from "../core/compression.ts";
import type { FakeState } from "../core/fake-state.ts";
import { flagField, parseBody, parseMapBody, textField } from "../core/json-body.ts";
import type { VolumeBackupRecord, VolumeRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";
import { serveFile } from "../core/serve-content.ts";
import { expiryField } from "../core/time-field.ts";
import { wireTime } from "../core/wire-time.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { featureScope, projectOf } from "../projects/project-scope.ts";
import { checkVolumeType, customVolume } from "./find-volume.ts";
import { writeVolumeArchive } from "./volume-archive.ts";
import { volumeResource } from "./volume-url.ts";
import { requireVolume } from "./volumes.ts";

const path = "/1.0/storage-pools/{pool}/volumes/{type}/{volume}/backups";

/** Backups of custom volumes. */
export const volumeBackupRoutes: readonly Route[] = [
  { pattern: path, methods: { GET: list, POST: create } },
  { pattern: `${path}/{backup}`, methods: { GET: get, POST: rename, DELETE: remove } },
  { pattern: `${path}/{backup}/export`, methods: { GET: download } },
];

type Named = Readonly<Record<string, readonly string[]>>;

interface Found {
  readonly volume: VolumeRecord;
  readonly backup: VolumeBackupRecord;
}

function requireCustom(request: ApiRequest): VolumeRecord {
  const { type = "" } = request.params;
  checkVolumeType(type);
  if (type !== "custom") throw new Refusal(400, `Invalid storage volume type "${type}"`);
  return requireVolume(request);
}

function requireBackup(request: ApiRequest): Found {
  const volume = requireCustom(request);
  const backup = volume.backups?.find(({ name }) => name === request.params["backup"]);
  if (backup === undefined) throw new Refusal(404, "Storage volume backup not found");
  return { volume, backup };
}

function view({ name, createdAt, expiresAt, volumeOnly }: VolumeBackupRecord): object {
  return {
    name,
    created_at: createdAt,
    expires_at: expiresAt,
    volume_only: volumeOnly,
    // A folder has no format of its own, whatever was asked for.
    optimized_storage: false,
  };
}

function backupUrl({ flavour }: FakeState, { pool, name, project }: VolumeRecord, backup: string): string {
  return apiUrl(flavour, ["storage-pools", pool, "volumes", "custom", name, "backups", backup], project);
}

/** The project is left out here; LXD escapes nothing either. */
function listedUrl(state: FakeState, volume: VolumeRecord, backup: string): string {
  if (state.flavour === "incus") return backupUrl(state, { ...volume, project: "default" }, backup);
  return `/1.0/storage-pools/${volume.pool}/volumes/custom/${volume.name}/backups/${backup}`;
}

function list(request: ApiRequest): ApiReply {
  const { state, query } = request;
  // Here alone the project is looked for before the type is.
  featureScope(request, "features.storage.volumes");
  const volume = requireCustom(request);
  const backups = volume.backups ?? [];
  return sync(backups.map((backup) => (recursionOf(query) > 0 ? view(backup) : listedUrl(state, volume, backup.name))));
}

function get(request: ApiRequest): ApiReply {
  return sync(view(requireBackup(request).backup));
}

/** Changes the backups of a volume that may have changed since it was found. */
function change(
  state: FakeState,
  { project, pool, name }: VolumeRecord,
  to: (backups: readonly VolumeBackupRecord[]) => readonly VolumeBackupRecord[],
): void {
  const volume = customVolume(state, project, pool, name);
  if (volume !== undefined) state.store.volumes.put({ ...volume, backups: to(volume.backups ?? []) });
}

function checkName(name: string): void {
  if (name.includes("/")) throw new Refusal(400, "Backup names may not contain slashes");
}

function create(request: ApiRequest): ApiReply {
  const { state } = request;
  const volume = requireCustom(request);
  const body = parseMapBody(request);
  const expiresAt = expiryField(state.flavour, body);
  const name = textField(body, "name") || nextName(volume);
  checkName(name);
  const wanted = textField(body, "compression_algorithm");
  const problem = wanted === "" ? undefined : compressionProblem(state.flavour, wanted);
  if (problem !== undefined) throw new Refusal(400, problem);
  const algorithm = wanted || state.store.config["backups.compression_algorithm"] || "gzip";
  const isLxd = state.flavour === "lxd";
  const resources = {
    backups: [isLxd ? `/1.0/backups/${name}` : backupUrl(state, asked(request, volume), name)],
    storage_volumes: [isLxd ? `/1.0/storage_volumes/${volume.name}` : volumeResource(request, volume)],
  };
  return start(request, "Creating custom volume backup", resources, () => {
    const now = customVolume(state, volume.project, volume.pool, volume.name) ?? volume;
    if (now.backups?.some((backup) => backup.name === name) === true) {
      throw new OperationFailure(`Create volume backup: Backup "${volume.name}/${name}" already exists`);
    }
    const volumeOnly = flagField(body, "volume_only");
    const content = compress(writeVolumeArchive(state.flavour, now, volumeOnly), algorithm).toString("base64");
    const createdAt = wireTime(state.clock.now());
    change(state, volume, (backups) => [...backups, { name, createdAt, expiresAt, volumeOnly, content }]);
    announce(request, "created", volume, name, { type: volume.type });
  });
}

function nextName({ backups = [] }: VolumeRecord): string {
  const numbers = backups.map(({ name }) => Number(/^backup(\d+)$/.exec(name)?.[1] ?? -1));
  return `backup${String(Math.max(-1, ...numbers) + 1)}`;
}

/** LXD names the volume alone, Incus the backup too, of which a new name shows how it is kept. */
function resourcesOf(request: ApiRequest, volume: VolumeRecord, backup: string): Named {
  const { state } = request;
  if (state.flavour === "lxd") return { volume: [`/1.0/volume/${volume.name}`] };
  const backups = [backupUrl(state, asked(request, volume), backup)];
  return { backups, storage_volumes: [volumeResource(request, volume)] };
}

/** Resources have the project that was asked for. */
function asked(request: ApiRequest, volume: VolumeRecord): VolumeRecord {
  return { ...volume, project: projectOf(request) };
}

function rename(request: ApiRequest): ApiReply {
  const { state } = request;
  requireCustom(request);
  const name = textField(parseBody(request), "name");
  checkName(name);
  const { volume, backup } = requireBackup(request);
  const old = `${volume.name}/${backup.name}`;
  return start(request, "Renaming custom volume backup", resourcesOf(request, volume, old), () => {
    const folder = folderOf(state, volume);
    if (name === "") throw new OperationFailure(`rename ${folder}/${backup.name} ${folder}: file exists`);
    if (backup.isLost === true) {
      throw new OperationFailure(`rename ${folder}/${backup.name} ${folder}/${name}: no such file or directory`, 404);
    }
    change(state, volume, (backups) => {
      if (name !== backup.name && backups.some((other) => other.name === name)) {
        lose(state, volume, name);
        const columns = "storage_volumes_backups.storage_volume_id, storage_volumes_backups.name";
        throw new OperationFailure(`UNIQUE constraint failed: ${columns}`);
      }
      return backups.map((one) => (one.name === backup.name ? { ...one, name } : one));
    });
    announce(request, "renamed", volume, name, { old_name: old });
  });
}

function folderOf({ directory }: FakeState, { pool, project, name }: VolumeRecord): string {
  return join(directory, "backups", "custom", pool, `${project}_${name}`);
}

/** The servers rename files first, and back again when that cannot be: by then the one in their place is gone. */
function lose(state: FakeState, volume: VolumeRecord, lost: string): void {
  change(state, volume, (backups) => backups.map((one) => (one.name === lost ? { ...one, isLost: true } : one)));
}

function remove(request: ApiRequest): ApiReply {
  const { state } = request;
  const { volume, backup } = requireBackup(request);
  const resources = resourcesOf(request, volume, backup.name);
  return start(request, "Deleting custom volume backup", resources, () => {
    change(state, volume, (backups) => backups.filter(({ name }) => name !== backup.name));
    announce(request, "deleted", volume, backup.name);
  });
}

/** `GET .../export`: the archive. */
function download(request: ApiRequest): ApiReply {
  const { volume, backup } = requireBackup(request);
  announce(request, "retrieved", volume, backup.name);
  if (backup.isLost === true) {
    const text = `open ${folderOf(request.state, volume)}/${backup.name}: no such file or directory`;
    throw new Refusal(request.state.flavour === "lxd" ? 500 : 404, text);
  }
  const bytes = Buffer.from(backup.content, "base64");
  return serveFile(request, { filename: "", bytes, modifiedAt: Date.parse(backup.createdAt) });
}

/** The operation is of the project that was asked for, wherever the volume is. */
function start(request: ApiRequest, description: string, resources: Named, work: () => void): ApiReply {
  const { state } = request;
  const project = projectOf(request);
  const run = (): Promise<void> => Promise.resolve().then(work);
  return { kind: "operation", operation: state.operations.start({ description, project, resources, work: run }) };
}

function announce(
  request: ApiRequest,
  verb: string,
  volume: VolumeRecord,
  backup: string,
  context?: Readonly<Record<string, unknown>>,
): void {
  const source = backupUrl(request.state, volume, backup);
  tellRequest(request, { action: `storage-volume-backup-${verb}`, source, project: volume.project, context });
}
