import type { Network } from "@lxdkit/protocol";

/** How a NIC is attached, as `nictype` names it. */
export type NicKind = "bridged" | "macvlan" | "ovn" | "sriov" | "ipvlan" | "routed" | "physical" | "p2p";

/** A NIC among the devices of a profile. */
export interface Nic {
  /** Name of the device. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What the types of networks make of a NIC that names no kind. */
const kindsOfNetworks: Readonly<Record<string, NicKind>> = {
  bridge: "bridged",
  macvlan: "macvlan",
  ovn: "ovn",
  physical: "physical",
  sriov: "sriov",
};

/** The network that a NIC is on: `network`, else `parent`; empty when it names none. */
export function networkOfNic({ values }: Nic): string {
  return values["network"] ?? values["parent"] ?? "";
}

/** The kind of a NIC by its own word or, which servers allow instead, by the type of its network. */
export function kindsOfNic({ values }: Nic, network: Network | undefined): string[] {
  const kinds = [values["nictype"] ?? "", (network && kindsOfNetworks[network.type]) ?? ""];
  return [...new Set(kinds.filter((kind) => kind !== ""))];
}

/** Why a NIC is none that containers can use, in a few words; undefined when it is. */
export function rejectNic(nic: Nic, network: Network | undefined, accepted: ReadonlySet<string>): string | undefined {
  const kinds = kindsOfNic(nic, network);
  if (network?.managed === true && network.status !== "" && network.status !== "Created") {
    return `the network ${network.name} is ${network.status}`;
  }
  if (kinds.some((kind) => accepted.has(kind))) return undefined;
  if (network === undefined)
    return `it names no network${kinds.length === 0 ? "" : `, and its kind is ${kinds.join()}`}`;
  const kind = kinds.length === 0 ? "" : `its kind is ${kinds.join(" or ")}, and `;
  return `${kind}the network ${network.name} is of the type ${network.type || "unknown"}`;
}

/** What to know of a NIC that is accepted, and of those beside it. */
export function nicWarnings(nics: readonly Nic[], network: Network | undefined): string[] {
  const ipv6 = network?.config["ipv6.address"] ?? "none";
  const users = new Map<string, string[]>();
  for (const nic of nics) {
    const on = networkOfNic(nic);
    if (on !== "") users.set(on, [...(users.get(on) ?? []), nic.name]);
  }
  return [
    ...(network !== undefined && ipv6 !== "" && ipv6 !== "none" ? [`the network ${network.name} has IPv6`] : []),
    ...[...users]
      .filter(([, names]) => names.length > 1)
      .map(([on, names]) => `${names.join(" and ")} are all on ${on}, which registers one of their names only`),
  ];
}
