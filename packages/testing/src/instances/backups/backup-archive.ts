import type { Flavour } from "@lxdkit/protocol";
import { gzipSync } from "node:zlib";
import { type ParsedTarEntryWithData, packTar } from "modern-tar";
import { stringify } from "yaml";
import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { serverScope } from "../../core/store.ts";
import { unsetTime } from "../../core/wire-time.ts";
import { profileView } from "../../profiles/profile-view.ts";
import { defaultRoot } from "../files/default-root.ts";
import type { Directory } from "../files/file-node.ts";
import { profilesOf } from "../instance-expansion.ts";
import { rootPool } from "../instance-rules.ts";
import { instanceView } from "../instance-view.ts";
import { snapshotsOf, snapshotView } from "../snapshots/snapshot-store.ts";
import { treeEntries } from "./tree-entries.ts";

/** What a backup holds. */
export interface BackupOptions {
  /** Leaves the snapshots out. */
  readonly isAlone: boolean;
  /** Packs it by gzip, whatever the client asked for. */
  readonly isPacked: boolean;
}

/** The bytes of a backup in the servers' own form: an index, and the files of the instance and of its snapshots. */
export async function packBackup(
  state: FakeState,
  instance: InstanceRecord,
  { isAlone, isPacked }: BackupOptions,
): Promise<Buffer> {
  const snapshots = isAlone ? [] : snapshotsOf(state, instance);
  const parts = { snapshots, pool: rootPool(state, instance) };
  const config = describe(state, instance, parts);
  const names = snapshots.map(({ name }) => name);
  const index = {
    name: instance.name,
    backend: state.store.pools.get(serverScope, parts.pool)?.driver ?? "dir",
    pool: parts.pool,
    ...(names.length === 0 ? {} : { snapshots: names }),
    optimized: false,
    optimized_header: false,
    type: instance.type,
    config,
  };
  const rootOf = ({ contents }: Pick<InstanceRecord, "contents">): Directory | undefined =>
    contents?.root ?? (instance.bootable ? defaultRoot(instance) : undefined);
  const { flavour } = state;
  const tar = await packTar([
    textEntry("backup/index.yaml", stringify(index)),
    ...snapshots.flatMap((snapshot) => [
      ...volumeEntries(`backup/${folderOf(instance).snapshots}/${snapshot.name}`, config, {
        flavour,
        root: rootOf(snapshot),
      }),
    ]),
    ...volumeEntries(`backup/${folderOf(instance).own}`, config, { flavour, root: rootOf(instance) }),
  ]);
  return isPacked ? gzipSync(tar) : Buffer.from(tar);
}

/** The folders in a backup; measured for containers. */
export function folderOf({ type }: Pick<InstanceRecord, "type">): { readonly own: string; readonly snapshots: string } {
  return type === "container"
    ? { own: "container", snapshots: "snapshots" }
    : { own: "virtual-machine", snapshots: "virtual-machine-snapshots" };
}

function describe(
  state: FakeState,
  instance: InstanceRecord,
  { snapshots, pool: name }: { readonly snapshots: ReturnType<typeof snapshotsOf>; readonly pool: string },
): Readonly<Record<string, unknown>> {
  const pool = state.store.pools.get(serverScope, name);
  const keptTime = (time: string): string => (state.flavour === "lxd" ? unsetTime : time);
  const content = { content_type: instance.type === "container" ? "filesystem" : "block" };
  return {
    container: instanceView(state, { ...instance, power: undefined, frozen: false }),
    ...(snapshots.length === 0 ? {} : { snapshots: snapshots.map((snapshot) => snapshotView(state, snapshot)) }),
    pool: {
      ...{ config: pool?.config ?? {}, description: pool?.description ?? "", name, driver: pool?.driver ?? "dir" },
      ...{ used_by: [], status: "Created", locations: ["none"] },
    },
    profiles: profilesOf(state, instance).map((profile) => profileView(state, profile, [])),
    volume: {
      config: instance.volume?.config ?? {},
      description: instance.volume?.description ?? "",
      ...{ name: instance.name, type: instance.type, used_by: [], location: "none", ...content },
      project: instance.project,
      created_at: keptTime(instance.createdAt),
    },
    ...(snapshots.length === 0
      ? {}
      : {
          volume_snapshots: snapshots.map(({ name: snapshot, createdAt, volume }) => ({
            description: volume?.description ?? "",
            expires_at: unsetTime,
            name: snapshot,
            config: volume?.config ?? {},
            ...content,
            created_at: keptTime(createdAt),
          })),
        }),
  };
}

function volumeEntries(
  path: string,
  config: Readonly<Record<string, unknown>>,
  { flavour, root }: { readonly flavour: Flavour; readonly root: Directory | undefined },
): readonly ParsedTarEntryWithData[] {
  return [
    { header: { name: path, type: "directory", size: 0, mode: 0o100 } },
    textEntry(`${path}/backup.yaml`, stringify(config), 0o400),
    // An instance that was made of nothing has no files yet; Incus makes the folder for them nevertheless.
    ...(root === undefined
      ? flavour === "lxd"
        ? []
        : [{ header: { name: `${path}/rootfs`, type: "directory" as const, size: 0, mode: 0o755 } }]
      : [textEntry(`${path}/metadata.yaml`, "{}\n"), ...treeEntries(`${path}/rootfs`, root)]),
  ];
}

function textEntry(name: string, text: string, mode = 0o644): ParsedTarEntryWithData {
  const data = new TextEncoder().encode(text);
  return { header: { name, type: "file", size: data.length, mode }, data };
}
