import {
  type StoragePool,
  type StoragePoolPut,
  type StoragePoolResources,
  storagePoolResourcesSchema,
  storagePoolSchema,
  type StoragePoolsPost,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, FilterOptions, Tagged, TargetOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { type StorageBucketsApi, storageBucketsApi } from "./storage-buckets.ts";
import { type StorageVolumesApi, storageVolumesApi } from "./storage-volumes.ts";

/** Calls below `/1.0/storage-pools`. */
export interface StoragePoolsApi {
  readonly buckets: StorageBucketsApi;
  readonly volumes: StorageVolumesApi;
  /** `GET /1.0/storage-pools?recursion=1`. `filter`: Incus only. */
  list(options?: FilterOptions): Promise<StoragePool[]>;
  /** `GET /1.0/storage-pools`: their URLs. `filter`: Incus only. */
  listUrls(options?: FilterOptions): Promise<string[]>;
  /**
   * `GET /1.0/storage-pools/{name}`. In a cluster, a member's own keys come only with `target`. LXD 5.0 gives no ETag.
   */
  get(name: string, options?: TargetOptions): Promise<Tagged<StoragePool>>;
  /** `GET /1.0/storage-pools/{name}/resources`: how much space is used. */
  resources(name: string, options?: TargetOptions): Promise<StoragePoolResources>;
  /**
   * `POST /1.0/storage-pools`; `CONFLICT` when it exists. In a cluster first once for each member, with `target` and
   * that member's own keys, then without.
   */
  create(pool: StoragePoolsPost, options?: TargetOptions): Promise<void>;
  /** `PUT /1.0/storage-pools/{name}`: replaces the configuration, in which `source` must stay as it is. */
  update(name: string, pool: StoragePoolPut, options?: ChangeOptions & TargetOptions): Promise<void>;
  /** `PATCH /1.0/storage-pools/{name}`: merges `config`; a description that is left out is emptied. */
  patch(name: string, pool: StoragePoolPut, options?: ChangeOptions & TargetOptions): Promise<void>;
  /** `DELETE /1.0/storage-pools/{name}`; `BAD_REQUEST` while something uses it. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/storage-pools`. */
export function storagePoolsApi(context: ClientContext): StoragePoolsApi {
  const collection = "GET /1.0/storage-pools";
  return {
    buckets: storageBucketsApi(context),
    volumes: storageVolumesApi(context),
    list(options = {}) {
      const extension = listExtensions(options);
      return read(context, collection, { ...options, recursion: 1, extension }, listOf(storagePoolSchema));
    },
    listUrls: (options = {}) =>
      read(context, collection, { ...options, extension: listExtensions(options) }, urlsSchema),
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/storage-pools/{name}", { ...options, path: { name } }, storagePoolSchema),
    resources(name, options = {}) {
      const input = { ...options, path: { name } };
      return read(context, "GET /1.0/storage-pools/{name}/resources", input, storagePoolResourcesSchema);
    },
    create: (body, options = {}) => change(context, "POST /1.0/storage-pools", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/storage-pools/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/storage-pools/{name}", { ...options, path: { name }, body }),
    delete: (name, options = {}) => change(context, "DELETE /1.0/storage-pools/{name}", { ...options, path: { name } }),
  };
}
