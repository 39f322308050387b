import {
  flavourOf,
  headerPrefix,
  type StorageBucket,
  type StorageBucketKey,
  storageBucketKeySchema,
  type StorageBucketPut,
  storageBucketSchema,
  type StorageBucketsPost,
} from "@lxdkit/protocol";
import type { Content } from "@lxdkit/transport";
import { begin, change, read, readTagged } from "../call.ts";
import type { AllProjectsOptions, FilterOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import type { OperationHandle, Settle } from "../operation-handle.ts";
import { settleCreation } from "../settle.ts";
import { withConfig } from "../with-config.ts";
import { type BucketAddress, bucketPath } from "./bucket-address.ts";
import { type StorageBucketBackupsApi, storageBucketBackupsApi } from "./storage-bucket-backups.ts";
import { type StorageBucketKeysApi, storageBucketKeysApi } from "./storage-bucket-keys.ts";

/** Options of a list of buckets; `filter` is for Incus only. */
export interface ListBucketsOptions extends FilterOptions, AllProjectsOptions, TargetOptions {}

/**
 * Calls below `/1.0/storage-pools/{pool}/buckets` (extension `storage_buckets`, which LXD 5.0 lacks). The ETags of the
 * readings are of no use for the changes: servers do not compare them here.
 */
export interface StorageBucketsApi {
  readonly backups: StorageBucketBackupsApi;
  readonly keys: StorageBucketKeysApi;
  /** `GET /1.0/storage-pools/{pool}/buckets?recursion=1`. */
  list(pool: string, options?: ListBucketsOptions): Promise<StorageBucket[]>;
  /** `GET /1.0/storage-pools/{pool}/buckets`: their URLs. */
  listUrls(pool: string, options?: ListBucketsOptions): Promise<string[]>;
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}`. */
  get(bucket: BucketAddress, options?: TargetOptions): Promise<Tagged<StorageBucket>>;
  /**
   * `POST /1.0/storage-pools/{pool}/buckets`: gives the first key, of its administrator; undefined from servers without
   * the extension `storage_buckets_create_credentials`.
   */
  create(pool: string, bucket: StorageBucketsPost, options?: TargetOptions): Promise<StorageBucketKey | undefined>;
  /**
   * `POST /1.0/storage-pools/{pool}/buckets` with bytes: makes a bucket called `name` of a backup (extension
   * `storage_bucket_backup`; Incus only).
   */
  import(bucket: BucketAddress, content: Content, options?: TargetOptions): Promise<OperationHandle>;
  /** `PUT /1.0/storage-pools/{pool}/buckets/{bucket}`: replaces the configuration. */
  update(bucket: BucketAddress, values: StorageBucketPut, options?: TargetOptions): Promise<void>;
  /** `PATCH /1.0/storage-pools/{pool}/buckets/{bucket}`: merges `config`; a description that is left out is emptied. */
  patch(bucket: BucketAddress, values: StorageBucketPut, options?: TargetOptions): Promise<void>;
  /** `DELETE /1.0/storage-pools/{pool}/buckets/{bucket}`: with all that is in it. */
  delete(bucket: BucketAddress, options?: TargetOptions): Promise<void>;
}

/** Makes the calls below `/1.0/storage-pools/{pool}/buckets`. */
export function storageBucketsApi(context: ClientContext): StorageBucketsApi {
  const collection = "GET /1.0/storage-pools/{pool}/buckets";
  const extension = "storage_buckets";
  return {
    backups: storageBucketBackupsApi(context),
    keys: storageBucketKeysApi(context),
    list(pool, options = {}) {
      const needed = [extension, ...listExtensions(options, "storage_buckets_all_projects")] as const;
      const input = { ...options, path: { pool }, recursion: 1, extension: needed } as const;
      return read(context, collection, input, listOf(storageBucketSchema));
    },
    listUrls(pool, options = {}) {
      const needed = [extension, ...listExtensions(options, "storage_buckets_all_projects")] as const;
      return read(context, collection, { ...options, path: { pool }, extension: needed }, urlsSchema);
    },
    get(bucket, options = {}) {
      const input = { ...options, path: bucketPath(bucket), extension } as const;
      return readTagged(context, "GET /1.0/storage-pools/{pool}/buckets/{bucket}", input, storageBucketSchema);
    },
    async create(pool, body, options = {}) {
      const input = { ...options, path: { pool }, body, extension } as const;
      const schema = storageBucketKeySchema.nullish();
      return (await read(context, "POST /1.0/storage-pools/{pool}/buckets", input, schema)) ?? undefined;
    },
    async import(bucket, content, options = {}) {
      const prefix = headerPrefix(flavourOf(await context.info(options.signal)));
      const headers = { "content-type": "application/octet-stream", [`${prefix}name`]: bucket.name };
      const needed = [extension, "storage_bucket_backup"] as const;
      const input = { ...options, path: { pool: bucket.pool }, content, headers, extension: needed };
      const settle = settleBucketCreation(context, bucket, options);
      return begin(context, "POST /1.0/storage-pools/{pool}/buckets", input, settle);
    },
    update(bucket, body, options = {}) {
      const input = { ...options, path: bucketPath(bucket), body, extension } as const;
      return change(context, "PUT /1.0/storage-pools/{pool}/buckets/{bucket}", input);
    },
    patch(bucket, values, options = {}) {
      const input = { ...options, path: bucketPath(bucket), body: withConfig(values), extension } as const;
      return change(context, "PATCH /1.0/storage-pools/{pool}/buckets/{bucket}", input);
    },
    delete(bucket, options = {}) {
      const input = { ...options, path: bucketPath(bucket), extension } as const;
      return change(context, "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}", input);
    },
  };
}

function settleBucketCreation(context: ClientContext, bucket: BucketAddress, options: TargetOptions): Settle {
  const input = { ...options, path: bucketPath(bucket) };
  return settleCreation(context, "GET /1.0/storage-pools/{pool}/buckets/{bucket}", input);
}
