import * as z from "zod";
import { stringMap, text } from "../wire.ts";

/** An object store of a pool: `GET /1.0/storage-pools/{pool}/buckets/{bucket}` (extension `storage_buckets`). */
export interface StorageBucket {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  /** Where S3 clients reach it. */
  readonly s3_url: string;
  /** Cluster member, or `none`. */
  readonly location: string;
  /** Incus only. */
  readonly project?: string | undefined;
}

/** Reads a {@link StorageBucket}. */
export const storageBucketSchema: z.ZodType<StorageBucket> = z.looseObject({
  name: z.string(),
  description: text,
  config: stringMap,
  s3_url: text,
  location: text,
  project: z.string().optional(),
});

/** Body of `PUT` (replaces) and `PATCH .../buckets/{bucket}` (merges). */
export interface StorageBucketPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST .../buckets`. */
export interface StorageBucketsPost extends StorageBucketPut {
  readonly name: string;
}

/** Credentials for a bucket: `GET .../buckets/{bucket}/keys/{key}`. */
export interface StorageBucketKey {
  readonly name: string;
  readonly description: string;
  /** `admin` or `read-only`. */
  readonly role: string;
  readonly "access-key": string;
  /** A secret: keep it out of logs. */
  readonly "secret-key": string;
}

/** Reads a {@link StorageBucketKey}. */
export const storageBucketKeySchema: z.ZodType<StorageBucketKey> = z.looseObject({
  name: z.string(),
  description: text,
  role: text,
  "access-key": text,
  "secret-key": text,
});

/** Body of `PUT .../buckets/{bucket}/keys/{key}`. Empty keys are generated. */
export interface StorageBucketKeyPut {
  readonly description?: string;
  readonly role?: "admin" | "read-only";
  readonly "access-key"?: string;
  readonly "secret-key"?: string;
}

/** Body of `POST .../buckets/{bucket}/keys`. */
export interface StorageBucketKeysPost extends StorageBucketKeyPut {
  readonly name: string;
}

/** A backup of a bucket: `GET .../buckets/{bucket}/backups/{backup}` (extension `storage_bucket_backup`). */
export interface StorageBucketBackup {
  /** `bucket/backup`. */
  readonly name: string;
  readonly expires_at: string;
}

/** Reads a {@link StorageBucketBackup}. */
export const storageBucketBackupSchema: z.ZodType<StorageBucketBackup> = z.looseObject({
  name: z.string(),
  expires_at: text,
});

/** Body of `POST .../buckets/{bucket}/backups`. */
export interface StorageBucketBackupsPost {
  readonly name: string;
  /** RFC 3339. */
  readonly expires_at?: string;
  readonly compression_algorithm?: string;
}

/** Body of `POST .../buckets/{bucket}/backups/{backup}`: the new name. */
export interface StorageBucketBackupPost {
  readonly name: string;
}
