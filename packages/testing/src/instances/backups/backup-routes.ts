import { checkMayKeep } from "../../projects/project-checks.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { flagField, parseBody, parseMapBody, textField } from "../../core/json-body.ts";
import type { BackupRecord, InstanceRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../../core/router.ts";
import { serveFile } from "../../core/serve-content.ts";
import { scopeOf } from "../../core/table.ts";
import { expiryField } from "../../core/time-field.ts";
import { noSpaceForBackup, requireSpace } from "../../faults/disk-space.ts";
import { hasProject, projectOf } from "../../projects/project-scope.ts";
import { findInstance, requireInstance } from "../instance-route.ts";
import { instanceResources, instanceUrl } from "../instance-url.ts";
import { nextSnapshotName } from "../snapshots/snapshot-name.ts";
import { packBackup } from "./backup-archive.ts";
import { backupsOf, backupUrl, backupView, tellBackup } from "./backup-store.ts";

const path = "/1.0/instances/{name}/backups";

/** Backups of instances. */
export const backupRoutes: readonly Route[] = [
  { pattern: path, methods: { GET: list, POST: create } },
  { pattern: `${path}/{backup}`, methods: { GET: get, POST: rename, DELETE: remove } },
  { pattern: `${path}/{backup}/export`, methods: { GET: exportBackup } },
];

function list(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const instance = requireInstance(request);
  const backups = backupsOf(state, instance);
  const prefix = `/1.0/instances/${instance.name}/backups`;
  // Here alone nothing is escaped and the project is left out: measured on both families.
  return sync(
    backups.map((backup) => (recursionOf(query) > 0 ? backupView(state, backup) : `${prefix}/${backup.name}`)),
  );
}

interface Found {
  readonly instance: InstanceRecord;
  readonly backup: BackupRecord;
}

function requireBackup(request: ApiRequest): Found {
  const { state, params } = request;
  const instance = state.flavour === "lxd" ? requireInstance(request) : findInstance(request);
  const backup = instance && state.store.backups.get(scopeOf(instance.project, instance.name), params["backup"] ?? "");
  if (instance !== undefined && backup !== undefined) return { instance, backup };
  const about = state.flavour === "lxd" ? "Load backup from database: " : "";
  throw new Refusal(404, `${about}Instance backup not found`);
}

function get(request: ApiRequest): ApiReply {
  return sync(backupView(request.state, requireBackup(request).backup));
}

const algorithms = ["bzip2", "gzip", "lz4", "lzma", "none", "xz", "zstd"];

function create(request: ApiRequest): ApiReply {
  const { state } = request;
  if (!hasProject(state, projectOf(request))) throw new Refusal(404, "Project not found");
  const instance = requireInstance(request);
  const { project } = instance;
  checkMayKeep(state, project, "backup");
  const body = parseMapBody(request);
  const expiresAt = expiryField(state.flavour, body);
  const taken = backupsOf(state, instance).map((backup) => backup.name);
  const name = textField(body, "name") || nextSnapshotName("backup%d", taken, state.clock.now());
  checkBackupName(name);
  const algorithm = textField(body, "compression_algorithm");
  checkAlgorithm(state, algorithm);
  const isAlone = flagField(body, "instance_only") || (state.flavour === "lxd" && flagField(body, "container_only"));
  const key = { project, instance: instance.name, name };
  const operation = state.operations.start({
    description: "Backing up instance",
    project,
    resources: { backups: [resourceUrl(state, key)], ...instanceResources(state, instance) },
    work: async () => {
      await Promise.resolve();
      const { backups } = state.store;
      if (backups.get(scopeOf(project, instance.name), name) !== undefined) {
        throw new OperationFailure(`Create backup: Backup "${instance.name}/${name}" already exists`);
      }
      requireSpace(state, () => noSpaceForBackup(state, instance));
      const bytes = await packBackup(state, instance, { isAlone, isPacked: algorithm !== "none" });
      const createdAt = `${new Date(state.clock.now()).toISOString().slice(0, 19)}Z`;
      backups.put({ ...key, createdAt, expiresAt, isAlone, content: bytes.toString("base64") });
      tellBackup(state, key, "created");
    },
  });
  return { kind: "operation", operation };
}

function resourceUrl(state: FakeState, key: Pick<BackupRecord, "project" | "instance" | "name">): string {
  return state.flavour === "lxd" ? `/1.0/backups/${key.name}` : backupUrl(state, key);
}

function checkBackupName(name: string): void {
  if (name.includes("/")) throw new Refusal(400, "Backup names may not contain slashes");
}

function checkAlgorithm({ flavour }: FakeState, algorithm: string): void {
  if (algorithm === "" || algorithms.includes(algorithm)) return;
  throw new Refusal(
    400,
    flavour === "lxd"
      ? `Invalid compression algorithm "${algorithm}"`
      : `Compression algorithm "${algorithm}" isn't currently supported`,
  );
}

function rename(request: ApiRequest): ApiReply {
  const { state } = request;
  if (state.flavour === "lxd") requireInstance(request);
  const name = textField(parseBody(request), "name");
  checkBackupName(name);
  const { instance, backup } = requireBackup(request);
  const { project } = instance;
  const renamed = { ...backup, name };
  const operation = state.operations.start({
    description: "Renaming instance backup",
    project,
    resources: instanceResources(state, instance),
    work: async () => {
      await Promise.resolve();
      const { backups } = state.store;
      if (name === "") throw new OperationFailure(renameFailure(state, instance, backup));
      if (name !== backup.name && backups.get(scopeOf(project, instance.name), name) !== undefined) {
        throw new OperationFailure("UNIQUE constraint failed: instances_backups.instance_id, instances_backups.name");
      }
      if (!backups.delete(backup)) return;
      backups.put(renamed);
      tellBackup(state, renamed, "renamed", { old_name: `${instance.name}/${backup.name}` });
    },
  });
  return { kind: "operation", operation };
}

/** A backup without a name would be its own folder. */
function renameFailure({ directory }: FakeState, { project, name }: InstanceRecord, backup: BackupRecord): string {
  const folder = `${directory}/backups/instances/${project === "default" ? "" : `${project}_`}${name}`;
  return `rename ${folder}/${backup.name} ${folder}: file exists`;
}

function remove(request: ApiRequest): ApiReply {
  const { state } = request;
  const { instance, backup } = requireBackup(request);
  const isLxd = state.flavour === "lxd";
  const operation = state.operations.start({
    description: "Removing instance backup",
    project: instance.project,
    // LXD has a kind of its own for this.
    resources: isLxd
      ? { container: [`/1.0/container/${instance.name}`] }
      : { instances: [instanceUrl(state, instance)] },
    work: async () => {
      await Promise.resolve();
      if (state.store.backups.delete(backup)) tellBackup(state, backup, "deleted");
    },
  });
  return { kind: "operation", operation };
}

function exportBackup(request: ApiRequest): ApiReply {
  const { backup } = requireBackup(request);
  tellBackup(request.state, backup, "retrieved");
  const bytes = Buffer.from(backup.content, "base64");
  return serveFile(request, { filename: "", bytes, modifiedAt: Date.parse(backup.createdAt) });
}
