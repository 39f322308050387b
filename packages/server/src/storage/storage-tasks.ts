import type { StoragePool } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";
import { createPool, type CreatePoolOptions } from "./create-pool.ts";
import { createVolume, type CreateVolumeOptions } from "./create-volume.ts";
import {
  type DefaultStorage,
  ensureDefaultStorage,
  type EnsureDefaultStorageOptions,
} from "./ensure-default-storage.ts";
import { requireUsablePool, type RequireUsablePoolOptions } from "./require-usable-pool.ts";

/** What a server does with storage. */
export interface StorageTasks {
  /** Makes a storage pool, in a cluster on all members. */
  createPool(
    name: string,
    driver: string,
    config?: Readonly<Record<string, string>>,
    options?: CreatePoolOptions,
  ): Promise<void>;
  /** Makes an empty custom volume. */
  createVolume(
    pool: string,
    name: string,
    config?: Readonly<Record<string, string>>,
    options?: CreateVolumeOptions,
  ): Promise<void>;
  /** Makes sure that a profile, `default` unless named, has a root disk, and that there is a pool for it. */
  ensureDefaultStorage(profile?: string, options?: EnsureDefaultStorageOptions): Promise<DefaultStorage>;
  /** A pool that exists and is `Created`, in a cluster on the target; rejects with what is wrong with it. */
  requireUsablePool(pool: string, options?: RequireUsablePoolOptions): Promise<StoragePool>;
}

/** Makes the tasks on one server's storage. */
export function storageTasks(host: ServerHost): StorageTasks {
  return {
    createPool: (name, driver, config, options) => createPool(host, name, driver, config, options),
    createVolume: (pool, name, config, options) => createVolume(host, pool, name, config, options),
    ensureDefaultStorage: (profile = "default", options) => ensureDefaultStorage(host, profile, options),
    requireUsablePool: (pool, options) => requireUsablePool(host, pool, options),
  };
}
