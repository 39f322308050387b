import type { InstanceType } from "@lxdkit/protocol";
import { gunzipSync } from "node:zlib";
import { type ParsedTarEntryWithData, unpackTar } from "modern-tar";
import { parse } from "yaml";
import { cleanConfig } from "../../core/config-rules.ts";
import type { FakeState } from "../../core/fake-state.ts";
import {
  devicesField,
  flagField,
  type JsonObject,
  objectField,
  textField,
  textListField,
  textMapField,
} from "../../core/json-body.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import { serverScope } from "../../core/store.ts";
import { neverUsed, unsetTime, wireTime } from "../../core/wire-time.ts";
import { hasProject, projectFor, projectOf } from "../../projects/project-scope.ts";
import { addInstance, addSnapshots } from "../add-instance.ts";
import { cloneSnapshots, withRootPool } from "../copies/clone.ts";
import { sortedDevices } from "../instance-expansion.ts";
import { checkName, rootPool } from "../instance-rules.ts";
import { instanceResources } from "../instance-url.ts";
import { folderOf } from "./backup-archive.ts";
import type { Directory } from "../files/file-node.ts";
import { treeOf } from "./tree-entries.ts";

/** `POST /1.0/instances` with a backup as its body. */
export async function importBackup(request: ApiRequest): Promise<ApiReply> {
  const { state, headers, bytes } = request;
  const project = projectOf(request);
  if (!hasProject(state, project)) throw new Refusal(500, "Fetch project database object: Project not found");
  const family = state.flavour === "lxd" ? "lxd" : "incus";
  const headerOf = (key: string): string => String(headers[`x-${family}-${key}`] ?? "");
  if (bytes.length === 0) throw new Refusal(500, "EOF");
  const wantedPool = headerOf("pool");
  if (wantedPool !== "" && !hasPool(state, wantedPool))
    throw new Refusal(500, "Storage pool not found: Storage pool not found");
  const backup = await readBackup(state, bytes);
  const name = headerOf("name") || textField(backup.index, "name");
  const pool = wantedPool || poolOf(state, project, textField(backup.index, "pool"));
  const operation = state.operations.start({
    description: "Restoring backup",
    project,
    resources: instanceResources(state, { project, name }),
    work: async () => {
      await Promise.resolve();
      restore(state, backup, { project, name, pool });
    },
  });
  return { kind: "operation", operation };
}

function hasPool(state: FakeState, name: string): boolean {
  return state.store.pools.get(serverScope, name) !== undefined;
}

/** The pool that the backup names; where there is none of that name, that of the default profile. */
function poolOf(state: FakeState, project: string, name: string): string {
  if (hasPool(state, name)) return name;
  return rootPool(state, {
    project: projectFor(state, project, "features.profiles"),
    profiles: ["default"],
    devices: {},
  });
}

interface Backup {
  readonly index: JsonObject;
  readonly instance: JsonObject;
  readonly snapshots: readonly JsonObject[];
  readonly entries: readonly ParsedTarEntryWithData[];
}

async function readBackup(state: FakeState, bytes: Buffer): Promise<Backup> {
  const entries = await unpack(bytes);
  const index = readYaml(entries, "backup/index.yaml");
  if (index === undefined) {
    const text = state.flavour === "lxd" ? "Backup is missing index.yaml" : 'Backup is missing at "backup/index.yaml"';
    throw new Refusal(400, text);
  }
  const folder = folderOf({ type: typeOf(index) }).own;
  // Older servers tell of the instance only beside its files.
  const config = index["config"] ?? readYaml(entries, `backup/${folder}/backup.yaml`) ?? {};
  const described = objectField({ config }, "config");
  const snapshots = Array.isArray(described["snapshots"]) ? (described["snapshots"] as readonly JsonObject[]) : [];
  const isListed = (one: JsonObject): boolean =>
    (textListField(index, "snapshots") ?? []).includes(textField(one, "name"));
  const instance = objectField(described, "container" in described ? "container" : "instance");
  return { index, instance, snapshots: snapshots.filter(isListed), entries };
}

async function unpack(bytes: Buffer): Promise<readonly ParsedTarEntryWithData[]> {
  try {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const tar = isPacked ? gunzipSync(bytes) : bytes;
    if (tar.toString("latin1", 257, 262) === "ustar") return await unpackTar(tar);
  } catch {
    // Whatever it is, it is no archive.
  }
  throw new Refusal(500, "Unsupported compression");
}

function readYaml(entries: readonly ParsedTarEntryWithData[], path: string): JsonObject | undefined {
  const entry = entries.find(({ header }) => header.name.replace(/^\.\//, "") === path);
  if (entry === undefined) return undefined;
  const text = Buffer.from(entry.data ?? []).toString();
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new Refusal(400, `yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  const shown = text.length > 10 ? `${text.slice(0, 7)}...` : text;
  throw new Refusal(400, `yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str \`${shown}\` into backup.Info`);
}

function typeOf(index: JsonObject): InstanceType {
  return textField(index, "type") === "virtual-machine" ? "virtual-machine" : "container";
}

interface BackupPlace {
  readonly project: string;
  readonly name: string;
  readonly pool: string;
}

function restore(state: FakeState, backup: Backup, { project, name, pool }: BackupPlace): void {
  if (state.store.instances.get(project, name) !== undefined) {
    throw new OperationFailure("Create instance from backup: Cannot restore volume, already exists on target");
  }
  try {
    checkRecordName(state, name);
    const made = instanceOf(state, backup, { project, name, pool });
    addInstance(state, made, undefined);
    addSnapshots(state, cloneSnapshots(state, snapshotsIn(backup, made), made), undefined);
  } catch (error) {
    if (error instanceof Error) throw new OperationFailure(`Failed importing backup: ${error.message}`);
    throw error;
  }
}

function checkRecordName(state: FakeState, name: string): void {
  try {
    checkName(name, state.flavour);
  } catch (error) {
    if (error instanceof Error) throw new OperationFailure(`Failed creating instance record: ${error.message}`);
    throw error;
  }
}

/** What an instance and a snapshot of one have in common. */
function factsOf(
  described: JsonObject,
): Pick<InstanceRecord, "architecture" | "description" | "ephemeral" | "config" | "devices" | "profiles"> {
  return {
    architecture: textField(described, "architecture") || "x86_64",
    description: textField(described, "description"),
    ephemeral: flagField(described, "ephemeral"),
    config: cleanConfig(textMapField(described, "config") ?? {}),
    devices: sortedDevices(devicesField(described, "devices") ?? {}),
    profiles: textListField(described, "profiles") ?? [],
  };
}

function instanceOf(state: FakeState, backup: Backup, { project, name, pool }: BackupPlace): InstanceRecord {
  const { index, instance, entries } = backup;
  const type = typeOf(index);
  const root = rootOf(`backup/${folderOf({ type }).own}`, entries);
  const made: InstanceRecord = {
    ...factsOf(instance),
    ...{ project, name, type, location: state.location, lastUsedAt: textField(instance, "last_used_at") || neverUsed },
    createdAt: textField(instance, "created_at") || wireTime(state.clock.now()),
    bootable: root !== undefined,
    ...{ frozen: false, power: undefined, busy: undefined },
    ...(root === undefined ? {} : { contents: { root } }),
  };
  return rootPool(state, made) === pool ? made : { ...made, devices: withRootPool(made, pool) };
}

/** The files; Incus packs an empty folder, and nothing beside it, for an instance that was made of nothing. */
function rootOf(path: string, entries: Backup["entries"]): Directory | undefined {
  const root = treeOf(`${path}/rootfs`, entries);
  const isOfImage = entries.some(({ header }) => header.name.replace(/^\.\//, "") === `${path}/metadata.yaml`);
  return root === undefined || isOfImage || Object.keys(root.entries).length > 0 ? root : undefined;
}

/** The servers do not take the expiry of snapshots over. */
function snapshotsIn({ snapshots, entries }: Backup, made: InstanceRecord): readonly InstanceSnapshotRecord[] {
  return snapshots.map((described) => {
    const name = textField(described, "name");
    const root = treeOf(`backup/${folderOf(made).snapshots}/${name}/rootfs`, entries);
    return {
      ...factsOf(described),
      ...{ project: made.project, instance: made.name, name, expiresAt: unsetTime },
      createdAt: textField(described, "created_at"),
      ...(root === undefined ? {} : { contents: { root } }),
    };
  });
}
