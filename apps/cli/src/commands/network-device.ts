import { type Devices, LxdkitError, type Network } from "@lxdkit/protocol";
import type { Server } from "@lxdkit/server";
import { isNotFound } from "@lxdkit/transport";

/**
 * A device that puts an instance on a network, in the place of the first interface that its profiles give it. What is
 * no network of the server is an interface of its machine: a bridge is joined, on another one the instance gets an
 * address of its own.
 */
export async function networkDevice(
  server: Server,
  name: string,
  inherited: Devices,
  signal: AbortSignal,
): Promise<Devices> {
  const network = await readNetwork(server, name, signal);
  const nics = Object.entries(inherited).filter(([, { type }]) => type === "nic");
  const [first] = nics.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const [device = "eth0", present] = first ?? [];
  const where = network.managed
    ? { network: name }
    : { nictype: network.type === "bridge" ? "bridged" : "macvlan", parent: name };
  return { [device]: { type: "nic", name: present?.["name"] ?? "eth0", ...where } };
}

async function readNetwork(server: Server, name: string, signal: AbortSignal): Promise<Network> {
  try {
    return (await server.client.networks.get(name, { signal })).value;
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    const known = (await server.client.networks.list({ signal })).filter(({ managed }) => managed);
    throw new LxdkitError(`there is no network named ${name}`, {
      code: "NETWORK_NOT_FOUND",
      cause,
      hint: `Networks of this server: ${known.map((one) => one.name).join(", ") || "none"}.`,
    });
  }
}
