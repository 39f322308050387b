import type { Flavour } from "@lxdkit/protocol";
import { parse, stringify } from "yaml";
import type { Config, VolumeRecord, VolumeSnapshotRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { unsetTime } from "../core/wire-time.ts";
import { readTar, type TarMember, writeTar } from "../images/tar.ts";

/** What the archive of a volume says of it. */
export type ArchivedVolume = Pick<VolumeRecord, "name" | "description" | "contentType" | "config" | "createdAt"> & {
  readonly snapshots: readonly VolumeSnapshotRecord[];
};

/** Writes the archive of a volume, with its snapshots unless they are not wanted. */
export function writeVolumeArchive(flavour: Flavour, volume: VolumeRecord, isVolumeOnly: boolean): Buffer {
  const { name, pool, config, description, type, project, location, contentType } = volume;
  const snapshots = isVolumeOnly ? [] : volume.snapshots;
  const timeOf = (createdAt: string): string => (flavour === "lxd" ? unsetTime : createdAt);
  const index = {
    name,
    backend: "dir",
    pool,
    ...(snapshots.length === 0 ? {} : { snapshots: snapshots.map((snapshot) => snapshot.name) }),
    optimized: false,
    optimized_header: false,
    type: "custom",
    config: {
      volume: {
        config,
        description,
        name,
        type,
        used_by: [],
        location,
        content_type: contentType,
        project,
        created_at: timeOf(volume.createdAt),
      },
      ...(snapshots.length === 0
        ? {}
        : {
            volume_snapshots: snapshots.map((snapshot) => ({
              description: snapshot.description,
              expires_at: snapshot.expiresAt ?? unsetTime,
              name: snapshot.name,
              config: snapshot.config,
              content_type: contentType,
              created_at: timeOf(snapshot.createdAt),
            })),
          }),
    },
  };
  const data = (path: string): TarMember =>
    contentType === "filesystem"
      ? { path, content: Buffer.alloc(0), isFolder: true }
      : { path: `${path}.img`, content: Buffer.from(volume.content ?? "", "base64") };
  return writeTar([
    { path: "backup/index.yaml", content: Buffer.from(stringify(index, { indentSeq: false })) },
    ...snapshots.map((snapshot) => data(`backup/volume-snapshots/${snapshot.name}`)),
    data("backup/volume"),
  ]);
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the archive of a volume; refuses what is none, with the servers' own words. */
export function readVolumeArchive(bytes: Buffer): ArchivedVolume {
  if (bytes.length === 0) throw new Refusal(500, "EOF");
  const members = readTar(bytes);
  if (members === undefined) throw new Refusal(500, "Unsupported compression");
  const file = members.find(({ path }) => path === "backup/index.yaml");
  if (file === undefined) throw new Refusal(500, 'Backup is missing at "backup/index.yaml"');
  const index = (parse(file.content.toString(), { schema: "failsafe" }) ?? {}) as Fields;
  const { volume, volume_snapshots: listed } = fieldsOf(index["config"]);
  const facts = fieldsOf(volume);
  const snapshots = Array.isArray(listed) ? (listed as readonly unknown[]) : [];
  return {
    name: textOf(index["name"]),
    description: textOf(facts["description"]),
    contentType: textOf(facts["content_type"]) || "filesystem",
    config: configOf(facts["config"]),
    createdAt: textOf(facts["created_at"]),
    snapshots: snapshots.map((one) => {
      const snapshot = fieldsOf(one);
      const expiresAt = textOf(snapshot["expires_at"]);
      return {
        name: textOf(snapshot["name"]),
        description: textOf(snapshot["description"]),
        config: configOf(snapshot["config"]),
        createdAt: textOf(snapshot["created_at"]),
        expiresAt: expiresAt === "" || expiresAt === unsetTime ? null : expiresAt,
      };
    }),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function configOf(value: unknown): Config {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([key, text]) => [key, textOf(text)]));
}
