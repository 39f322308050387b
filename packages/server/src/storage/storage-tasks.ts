import type { StoragePool } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";
import { requireUsablePool, type RequireUsablePoolOptions } from "./require-usable-pool.ts";

/** What a server does with storage. */
export interface StorageTasks {
  /** A pool that exists and is `Created`, in a cluster on the target; rejects with what is wrong with it. */
  requireUsablePool(pool: string, options?: RequireUsablePoolOptions): Promise<StoragePool>;
}

/** Makes the tasks on one server's storage. */
export function storageTasks(host: ServerHost): StorageTasks {
  return {
    requireUsablePool: (pool, options) => requireUsablePool(host, pool, options),
  };
}
