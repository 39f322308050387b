import { type StorageBucketBackup, storageBucketBackupSchema, type StorageBucketBackupsPost } from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import { begin, read, readStream } from "../call.ts";
import type { TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import type { OperationHandle, Settle } from "../operation-handle.ts";
import { settleCreation, settleDeletion, settleRename } from "../settle.ts";
import { type BucketAddress, bucketPath } from "./bucket-address.ts";

/**
 * Calls below `/1.0/storage-pools/{pool}/buckets/{bucket}/backups` (extension `storage_bucket_backup`; Incus only).
 * Incus 6.0 answers the two lists with the bucket itself: `BAD_METADATA`.
 */
export interface StorageBucketBackupsApi {
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups?recursion=1`. */
  list(bucket: BucketAddress, options?: TargetOptions): Promise<StorageBucketBackup[]>;
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups`: their URLs. */
  listUrls(bucket: BucketAddress, options?: TargetOptions): Promise<string[]>;
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}`. */
  get(bucket: BucketAddress, backup: string, options?: TargetOptions): Promise<StorageBucketBackup>;
  /** `POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups`. */
  create(bucket: BucketAddress, backup: StorageBucketBackupsPost, options?: TargetOptions): Promise<OperationHandle>;
  /** `POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}`: gives it another name. */
  rename(bucket: BucketAddress, backup: string, newName: string, options?: TargetOptions): Promise<OperationHandle>;
  /** `DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}`. */
  delete(bucket: BucketAddress, backup: string, options?: TargetOptions): Promise<OperationHandle>;
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}/export`: the tarball, as it comes. */
  export(bucket: BucketAddress, backup: string, options?: TargetOptions): Promise<StreamedResponse>;
}

/** Makes the calls below `/1.0/storage-pools/{pool}/buckets/{bucket}/backups`. */
export function storageBucketBackupsApi(context: ClientContext): StorageBucketBackupsApi {
  const collection = "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups";
  const extension = "storage_bucket_backup";
  return {
    list(bucket, options = {}) {
      const input = { ...options, path: bucketPath(bucket), recursion: 1, extension } as const;
      return read(context, collection, input, listOf(storageBucketBackupSchema));
    },
    listUrls: (bucket, options = {}) =>
      read(context, collection, { ...options, path: bucketPath(bucket), extension }, urlsSchema),
    get(bucket, backup, options = {}) {
      const get = "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}";
      const input = { ...options, path: { ...bucketPath(bucket), backup }, extension } as const;
      return read(context, get, input, storageBucketBackupSchema);
    },
    create(bucket, body, options = {}) {
      const input = { ...options, path: bucketPath(bucket), body, extension } as const;
      const settle = outcomes(context, bucket, options).creation(body.name);
      return begin(context, "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups", input, settle);
    },
    rename(bucket, backup, name, options = {}) {
      const input = { ...options, path: { ...bucketPath(bucket), backup }, body: { name }, extension } as const;
      const settle = outcomes(context, bucket, options).rename(backup, name);
      return begin(context, "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}", input, settle);
    },
    delete(bucket, backup, options = {}) {
      const input = { ...options, path: { ...bucketPath(bucket), backup }, extension } as const;
      const settle = outcomes(context, bucket, options).deletion(backup);
      return begin(context, "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}", input, settle);
    },
    export(bucket, backup, options = {}) {
      const input = { ...options, path: { ...bucketPath(bucket), backup }, extension } as const;
      return readStream(context, "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}/export", input);
    },
  };
}

/** How the backup itself tells what a forgotten operation has done. */
function outcomes(context: ClientContext, bucket: BucketAddress, options: TargetOptions) {
  const item = "GET /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}";
  const input = (backup: string) => ({ ...options, path: { ...bucketPath(bucket), backup } });
  return {
    /** A name that the server chose is not known. */
    creation: (name: string): Settle | undefined =>
      name === "" ? undefined : settleCreation(context, item, input(name)),
    rename: (from: string, to: string): Settle => settleRename(context, item, input(from), input(to)),
    deletion: (name: string): Settle => settleDeletion(context, item, input(name)),
  };
}
