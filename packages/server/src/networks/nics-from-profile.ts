import { nicsOf, nicsWithAddresses } from "@lxdkit/network-devices";
import type { Devices, Instance } from "@lxdkit/protocol";
import { LxdkitError } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";

/** Options of {@link getNICsFromProfile}. */
export interface NicsFromProfileOptions {
  /** Gives so many random bytes for new MAC addresses; those of `node:crypto` by default. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The NICs of a profile by the names of their devices, sorted. One without `hwaddr` gets a new address that no instance
 * of the server has, as far as the caller may see them. The profile is not changed.
 *
 * @throws {ApiError} `NOT_FOUND` when there is no such profile.
 */
export async function getNICsFromProfile(
  { client }: Pick<ServerHost, "client">,
  profile: string,
  { random, signal }: NicsFromProfileOptions = {},
): Promise<Devices> {
  const { value } = await client.profiles.get(profile, { signal });
  const isComplete = Object.values(nicsOf(value.devices)).every(({ hwaddr = "" }) => hwaddr !== "");
  const taken = isComplete ? new Set<string>() : await macAddresses({ client }, { signal });
  return nicsWithAddresses(value.devices, { taken, ...(random === undefined ? {} : { random }) });
}

/**
 * The MAC addresses, in lower case, that instances of the server were told to have and those that the server gave them
 * (`volatile.NAME.hwaddr`), as far as the caller may see them. One request.
 */
export async function macAddresses(
  { client }: Pick<ServerHost, "client">,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Set<string>> {
  const addresses = (await allInstances(client, signal)).flatMap(({ config, expanded_devices: devices }) => [
    ...Object.entries(config).flatMap(([key, value]) => (/^volatile\..*\.hwaddr$/.test(key) ? [value] : [])),
    ...Object.values(devices).map(({ hwaddr = "" }) => hwaddr),
  ]);
  return new Set(addresses.filter((address) => address !== "").map((address) => address.toLowerCase()));
}

/** A caller who may not see all projects sees those of one. */
async function allInstances(
  client: ServerHost["client"],
  signal: AbortSignal | undefined,
): Promise<readonly Instance[]> {
  try {
    return await client.instances.list({ allProjects: true, signal });
  } catch (error) {
    if (LxdkitError.is(error) && error.code === "FORBIDDEN") return client.instances.list({ signal });
    throw error;
  }
}
