import {
  type StorageBucketKey,
  type StorageBucketKeyPut,
  storageBucketKeySchema,
  type StorageBucketKeysPost,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { type BucketAddress, bucketPath } from "./bucket-address.ts";

/**
 * Calls below `/1.0/storage-pools/{pool}/buckets/{bucket}/keys` (extension `storage_buckets`). The ETags of the readings
 * are of no use for the changes: servers do not compare them here.
 */
export interface StorageBucketKeysApi {
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys?recursion=1`. */
  list(bucket: BucketAddress, options?: TargetOptions): Promise<StorageBucketKey[]>;
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys`: their URLs. */
  listUrls(bucket: BucketAddress, options?: TargetOptions): Promise<string[]>;
  /** `GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}`. */
  get(bucket: BucketAddress, key: string, options?: TargetOptions): Promise<Tagged<StorageBucketKey>>;
  /** `POST /1.0/storage-pools/{pool}/buckets/{bucket}/keys`: gives the key with what the server has generated for it. */
  create(bucket: BucketAddress, key: StorageBucketKeysPost, options?: TargetOptions): Promise<StorageBucketKey>;
  /** `PUT /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}`: replaces it. */
  update(bucket: BucketAddress, key: string, values: StorageBucketKeyPut, options?: TargetOptions): Promise<void>;
  /** `DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}`. */
  delete(bucket: BucketAddress, key: string, options?: TargetOptions): Promise<void>;
}

/** Makes the calls below `/1.0/storage-pools/{pool}/buckets/{bucket}/keys`. */
export function storageBucketKeysApi(context: ClientContext): StorageBucketKeysApi {
  const collection = "GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys";
  const extension = "storage_buckets";
  return {
    list(bucket, options = {}) {
      const input = { ...options, path: bucketPath(bucket), recursion: 1, extension } as const;
      return read(context, collection, input, listOf(storageBucketKeySchema));
    },
    listUrls: (bucket, options = {}) =>
      read(context, collection, { ...options, path: bucketPath(bucket), extension }, urlsSchema),
    get(bucket, key, options = {}) {
      const get = "GET /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}";
      const input = { ...options, path: { ...bucketPath(bucket), key }, extension } as const;
      return readTagged(context, get, input, storageBucketKeySchema);
    },
    create(bucket, body, options = {}) {
      const input = { ...options, path: bucketPath(bucket), body, extension } as const;
      return read(context, "POST /1.0/storage-pools/{pool}/buckets/{bucket}/keys", input, storageBucketKeySchema);
    },
    update(bucket, key, body, options = {}) {
      const input = { ...options, path: { ...bucketPath(bucket), key }, body, extension } as const;
      return change(context, "PUT /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}", input);
    },
    delete(bucket, key, options = {}) {
      const input = { ...options, path: { ...bucketPath(bucket), key }, extension } as const;
      return change(context, "DELETE /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}", input);
    },
  };
}
