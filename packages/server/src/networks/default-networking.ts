import { defaultLxdBridge, freeNicName } from "@lxdkit/network-devices";
import type { Devices, Network } from "@lxdkit/protocol";
import { stepFailed } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { unlessMissing } from "../unless-missing.ts";

/** What `incus admin init` calls its bridge. */
const defaultIncusBridge = "incusbr0";

/** What a new bridge is to be: IPv4 behind the host's address, no IPv6. */
const bridgeConfig: Readonly<Record<string, string>> = {
  "ipv4.address": "auto",
  "ipv4.nat": "true",
  "ipv6.address": "none",
  "ipv6.nat": "false",
};

/** The bridge that servers of this family have by default. */
export function defaultBridge({ flavour }: Pick<ServerHost, "flavour">): string {
  return flavour === "incus" ? defaultIncusBridge : defaultLxdBridge;
}

/**
 * A network that is there afterwards; a bridge is made when it is missing. Who makes it at the same time does no harm.
 *
 * @throws {ServerError} `NETWORK_NOT_CREATED`.
 */
export async function ensureBridge(
  { client }: Pick<ServerHost, "client">,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Network> {
  const read = async (): Promise<Network> => (await client.networks.get(name, { signal })).value;
  const present = await unlessMissing(read());
  if (present !== undefined) return present;
  try {
    await client.networks.create({ name, type: "bridge", config: bridgeConfig }, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    // The status of a name that is taken differs; whether it is now there does not.
    return read().catch(() => {
      signal?.throwIfAborted();
      throw stepFailed("NETWORK_NOT_CREATED", `create network ${name}`, cause);
    });
  }
  return read();
}

/** The devices with a NIC on a network besides. */
export function withNic(
  devices: Devices,
  { name, type }: Network,
): { readonly device: string; readonly devices: Devices } {
  const device = freeNicName(devices);
  const nictype = type === "bridge" ? "bridged" : "macvlan";
  return { device, devices: { ...devices, [device]: { type: "nic", nictype, parent: name } } };
}
