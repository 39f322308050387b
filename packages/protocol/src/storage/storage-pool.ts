import * as z from "zod";
import { amount, listOf, stringMap, text } from "../wire.ts";

/** A place for volumes: `GET /1.0/storage-pools/{name}`. */
export interface StoragePool {
  readonly name: string;
  readonly description: string;
  /** For example `dir`, `zfs`, `btrfs`, `lvm`, `ceph`. */
  readonly driver: string;
  /** Keys of one member (`source`, `size`, ...) are missing in a cluster unless the request has a target. */
  readonly config: Readonly<Record<string, string>>;
  /** `Created`, `Pending`, `Errored` or `Unavailable`. */
  readonly status: string;
  /** Cluster members that have it; `none` alone. */
  readonly locations: readonly string[];
  /** URLs of what is stored in it. */
  readonly used_by: readonly string[];
}

/** Reads a {@link StoragePool}. */
export const storagePoolSchema: z.ZodType<StoragePool> = z.looseObject({
  name: z.string(),
  description: text,
  driver: text,
  config: stringMap,
  status: text,
  locations: listOf(z.string()),
  used_by: listOf(z.string()),
});

/** How much of something is used. */
export interface StorageUsage {
  readonly used: number;
  readonly total: number;
}

/** `GET /1.0/storage-pools/{name}/resources`. */
export interface StoragePoolResources {
  /** Bytes. */
  readonly space: StorageUsage;
  /** Number of inodes; zeros where the driver has none. */
  readonly inodes: StorageUsage;
}

const nothing: StorageUsage = { used: 0, total: 0 };
const usageSchema: z.ZodType<StorageUsage> = z
  .looseObject({ used: amount, total: amount })
  .nullish()
  .transform((usage) => usage ?? nothing);

/** Reads a {@link StoragePoolResources}. */
export const storagePoolResourcesSchema: z.ZodType<StoragePoolResources> = z.looseObject({
  space: usageSchema,
  inodes: usageSchema,
});

/** Body of `PUT` (replaces) and `PATCH /1.0/storage-pools/{name}` (merges). */
export interface StoragePoolPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/storage-pools`. */
export interface StoragePoolsPost extends StoragePoolPut {
  readonly name: string;
  readonly driver: string;
}
