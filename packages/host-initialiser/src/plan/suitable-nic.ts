import type { ServerState } from "../preseed/server-state.ts";

const kinds: readonly string[] = ["bridge", "bridged", "macvlan"];

/** Whether a NIC of a profile is bridged or macvlan, by itself or by the network that it is on. */
export function isNicOfKind(nic: Readonly<Record<string, string>>, { networks }: ServerState): boolean {
  if (kinds.includes(nic["nictype"] ?? "")) return true;
  const network = networks.find(({ name }) => name === (nic["network"] ?? nic["parent"]));
  return network !== undefined && kinds.includes(network.type);
}
