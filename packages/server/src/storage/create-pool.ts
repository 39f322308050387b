import type { StoragePoolsPost } from "@lxdkit/protocol";
import { stepFailed } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";

/** Options of {@link createPool}. */
export interface CreatePoolOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What each member of a cluster has for itself; the other keys hold for all. */
const memberKeys: readonly string[] = [
  ...["size", "source", "source.wipe", "volatile.initial_source"],
  ...["lvm.thinpool_name", "lvm.vg_name", "zfs.pool_name"],
];

/**
 * Makes a storage pool: `POST /1.0/storage-pools`. In a cluster it is made on all members, which have to be online, with
 * the same configuration; on a server that works on one member it is announced there alone.
 *
 * @throws {ServerError} `POOL_NOT_CREATED` with the server's refusal as cause, also for a name that is taken.
 */
export async function createPool(
  { client, facts }: Pick<ServerHost, "client" | "facts">,
  name: string,
  driver: string,
  config: Readonly<Record<string, string>> = {},
  { signal }: CreatePoolOptions = {},
): Promise<void> {
  // On a client that works on one member, it is announced there alone.
  const isForAll = facts.isClustered && client.place.target === undefined;
  let isAnnounced = false;
  const announce = async (pool: StoragePoolsPost): Promise<void> => {
    for (const { server_name: target } of await client.cluster.members.list({ signal })) {
      await client.storagePools.create(pool, { target, signal });
      isAnnounced = true;
    }
  };
  try {
    if (isForAll) await announce({ name, driver, config: pick(config, true) });
    await client.storagePools.create({ name, driver, config: isForAll ? pick(config, false) : config }, { signal });
  } catch (cause) {
    // What one member has been told of would keep the name from being used again.
    if (isAnnounced) await client.storagePools.delete(name).catch(() => undefined);
    signal?.throwIfAborted();
    throw stepFailed("POOL_NOT_CREATED", `create storage pool ${name}`, cause);
  }
}

function pick(config: Readonly<Record<string, string>>, ofMembers: boolean): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => memberKeys.includes(key) === ofMembers));
}
