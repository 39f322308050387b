import type { Devices, StoragePool } from "@lxdkit/protocol";
import { pause } from "../pause.ts";
import { editProfile } from "../profiles/edit-profile.ts";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { createPool } from "./create-pool.ts";
import { isCreated } from "./require-usable-pool.ts";

/** Options of {@link ensureDefaultStorage}. */
export interface EnsureDefaultStorageOptions {
  /** Driver of the pool that is made when there is none, for example `zfs`; `dir`, which is slow, by default. */
  readonly driver?: string | undefined;
  /** Configuration of that pool; none by default. */
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link ensureDefaultStorage} found and did. */
export interface DefaultStorage {
  /** Name of the profile's device for the root disk. */
  readonly device: string;
  /** The pool of that device; empty when a device that was there already names none. */
  readonly pool: string;
  /** Whether the profile was changed. */
  readonly isChanged: boolean;
}

const defaultPool = "default";

/** Milliseconds between looks for a pool that somebody else is making. */
const looksMs: readonly number[] = [50, 150, 500, 1_500, 5_000];

/**
 * Makes sure that a profile has a root disk. When it has none, it gets one in the pool `default`, else in the first pool
 * of the server's list that is `Created`; when there is no pool at all, `default` is made. Who does the same at the same
 * time does no harm.
 *
 * @throws {ServerError} `POOL_NOT_READY` when there are pools but none is `Created`; `POOL_NOT_CREATED`.
 * @throws {ApiError} `NOT_FOUND` when there is no such profile.
 */
export async function ensureDefaultStorage(
  host: Pick<ServerHost, "client" | "edits" | "facts">,
  profile: string,
  options: EnsureDefaultStorageOptions = {},
): Promise<DefaultStorage> {
  const { signal } = options;
  const seen = await host.client.profiles.get(profile, { signal });
  const present = rootDisk(seen.value.devices);
  if (present !== undefined) return { ...present, isChanged: false };
  const pool = await choosePool(host, options);
  let disk = { device: "", pool };
  const isChanged = await editProfile(
    host,
    profile,
    ({ devices }) => {
      const found = rootDisk(devices);
      disk = found ?? { device: freeDiskName(devices), pool };
      return found ? undefined : { devices: { ...devices, [disk.device]: { type: "disk", path: "/", pool } } };
    },
    { seen, signal },
  );
  return { ...disk, isChanged };
}

/** Whatever its name and type are: two devices for one path are refused. */
function rootDisk(devices: Devices): { readonly device: string; readonly pool: string } | undefined {
  const found = Object.entries(devices)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .find(([, { path }]) => path === "/");
  return found && { device: found[0], pool: found[1]["pool"] ?? "" };
}

/** `root`, or the first of `root0`, `root1`, ... when something else has that name. */
function freeDiskName(devices: Devices): string {
  let name = "root";
  for (let at = 0; Object.hasOwn(devices, name); at += 1) name = `root${String(at)}`;
  return name;
}

async function choosePool(
  host: Pick<ServerHost, "client" | "facts">,
  options: EnsureDefaultStorageOptions,
): Promise<string> {
  const { driver = "dir", config, signal } = options;
  const pools = await settledPools(host, signal);
  if (pools.length > 0) return usablePool(pools);
  try {
    await createPool(host, defaultPool, driver, config, { signal });
    return defaultPool;
  } catch (error) {
    signal?.throwIfAborted();
    // Somebody else may have been faster; the creation's own error says more than one of this reading.
    const others = await settledPools(host, signal).catch(() => []);
    signal?.throwIfAborted();
    if (!others.some(isCreated)) throw error;
    return usablePool(others);
  }
}

/**
 * The pools of the server, when at least one can be used or none is just being made. Outside of a cluster a pool is
 * `Pending` only until the request that makes it ends.
 */
async function settledPools(
  { client, facts }: Pick<ServerHost, "client" | "facts">,
  signal: AbortSignal | undefined,
): Promise<readonly StoragePool[]> {
  let pools = await client.storagePools.list({ signal });
  for (const wait of facts.isClustered ? [] : looksMs) {
    if (pools.some(isCreated) || !pools.some(({ status }) => status === "Pending")) break;
    await pause(wait, signal);
    pools = await client.storagePools.list({ signal });
  }
  return pools;
}

function usablePool(pools: readonly StoragePool[]): string {
  const usable = pools.filter(isCreated).map(({ name }) => name);
  const [first] = usable;
  if (first !== undefined) return usable.includes(defaultPool) ? defaultPool : first;
  const states = pools.map(({ name, status }) => `${name} is ${status}`).sort();
  throw new ServerError(`no storage pool can be used: ${states.join(", ")}`, {
    code: "POOL_NOT_READY",
    hint: "Complete or delete these pools, or make another one.",
  });
}
