import type { Client } from "@lxdkit/client";
import { type Instance, type InstanceType, statusNames } from "@lxdkit/protocol";

/** Options of {@link filterContainers}. */
export interface FilterContainersOptions {
  /** Only those of this type; containers and virtual machines by default. */
  readonly type?: InstanceType | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The states of an instance that can still be used, stopped or not; frozen and broken ones are not among them. */
export const aliveStatuses: readonly string[] = ["Starting", "Started", "Running", "Stopping", "Stopped", "Ready"];

/**
 * The instances whose name starts with `prefix` and whose status is one of `statuses`, any of them when none is given,
 * in the order of the server. A status is named as its code is (`statusNames`), whatever the server calls it. One
 * request: `GET /1.0/instances?recursion=1`.
 */
export async function filterContainers(
  client: Client,
  prefix: string,
  statuses: readonly string[] = [],
  options: FilterContainersOptions = {},
): Promise<Instance[]> {
  const instances = await client.instances.list({ type: options.type, signal: options.signal });
  return instances.filter(
    ({ name, status, status_code: code }) =>
      name.startsWith(prefix) && (statuses.length === 0 || statuses.includes(statusNames[code] ?? status)),
  );
}
