import type { StoragePool } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { nameList } from "./name-list.ts";

/** Options of {@link requireUsablePool}. */
export interface RequireUsablePoolOptions {
  /** Member of the cluster on which the pool is to be; any unless given. What begins with `@` is a group: any of it. */
  readonly target?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A storage pool on which a volume can be made now: it exists, it is `Created`, and in a cluster the member has it.
 * Costs one request, `GET /1.0/storage-pools/{name}`, and one more with a target.
 *
 * @throws {ServerError} `POOL_NOT_FOUND`, `POOL_NOT_READY`, `POOL_NOT_ON_MEMBER`.
 */
export async function requireUsablePool(
  host: Pick<ServerHost, "client">,
  name: string,
  options: RequireUsablePoolOptions = {},
): Promise<StoragePool> {
  const { target = "", signal } = options;
  const pool = await readPool(host, name, signal);
  if (target === "" || target.startsWith("@") || !isOfCluster(pool)) return requireCreated(pool);
  if (!pool.locations.includes(target)) {
    throw new ServerError(`the cluster member ${target} does not have the storage pool ${name}`, {
      code: "POOL_NOT_ON_MEMBER",
      hint: `Choose another member or another pool; it is on ${nameList(pool.locations)}.`,
    });
  }
  // The whole pool may have failed for another member's sake only: with a target the status is that of the member.
  return requireCreated((await host.client.storagePools.get(name, { target, signal })).value, target);
}

async function readPool(
  { client }: Pick<ServerHost, "client">,
  name: string,
  signal: AbortSignal | undefined,
): Promise<StoragePool> {
  try {
    return (await client.storagePools.get(name, { signal })).value;
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    const present = (await client.storagePools.list({ signal })).map((pool) => pool.name);
    throw new ServerError(`there is no storage pool named ${name}`, {
      code: "POOL_NOT_FOUND",
      cause,
      hint: `Pools of this server: ${nameList(present)}.`,
    });
  }
}

/** A server alone says `none`. */
function isOfCluster({ locations }: StoragePool): boolean {
  return locations.some((location) => location !== "none");
}

/** Says whether volumes can be made on a pool. Servers before clustering tell no status. */
export function isCreated({ status }: Pick<StoragePool, "status">): boolean {
  return status === "Created" || status === "";
}

function requireCreated(pool: StoragePool, member = ""): StoragePool {
  if (isCreated(pool)) return pool;
  const where = member === "" ? "" : ` on ${member}`;
  throw new ServerError(`the storage pool ${pool.name} is ${pool.status}${where}, not Created`, {
    code: "POOL_NOT_READY",
    hint: poolHints[pool.status] ?? "Look at the server's log, or choose another pool.",
  });
}

const poolHints: Readonly<Record<string, string>> = {
  Pending: "It was announced on some members only; create it on all of them, then once without a target.",
  Errored: "Its creation failed; repeat it, or delete the pool.",
  Unavailable: "The server cannot reach the storage at present; it tries again by itself.",
};
