import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, NetworkRecord } from "../core/records.ts";
import { eui64, nicsOf } from "../instances/instance-network.ts";
import { networkInstances } from "./network-users.ts";

interface Address {
  readonly family: string;
  readonly address: string;
  readonly netmask: string;
  readonly scope: string;
}

/** The addresses that the bridge itself has. */
function ownAddresses({ config }: NetworkRecord): readonly Address[] {
  return ["ipv4", "ipv6"].flatMap((version) => {
    const [address = "", netmask = ""] = (config[`${version}.address`] ?? "none").split("/");
    if (netmask === "") return [];
    return [{ family: version === "ipv4" ? "inet" : "inet6", address, netmask, scope: "global" }];
  });
}

/** The address that a bridge gives itself once something is on it. */
function linkAddress({ config, hwaddr }: NetworkRecord): readonly Address[] {
  if ((config["ipv6.address"] ?? "none") === "none") return [];
  return [{ family: "inet6", address: eui64("fe80:", hwaddr), netmask: "64", scope: "link" }];
}

const counters = { bytes_received: 0, bytes_sent: 0, packets_received: 0, packets_sent: 0 };

/** `GET /1.0/networks/{name}/state` of a managed bridge. */
export function networkState(state: FakeState, network: NetworkRecord): object {
  const here = networkInstances(state, network).filter(({ location }) => location === state.location);
  const ports = here.flatMap((instance) =>
    nicsOf(state, instance)
      .filter(({ network: name }) => name === network.name)
      .flatMap(({ device }) => instance.config[`volatile.${device}.host_name`] ?? []),
  );
  return {
    addresses: [...ownAddresses(network), ...(ports.length === 0 ? [] : linkAddress(network))],
    counters,
    hwaddr: network.hwaddr,
    mtu: Number(network.config["bridge.mtu"] || 1500),
    state: "up",
    type: "broadcast",
    bond: null,
    bridge: {
      id: `8000.${network.hwaddr.replaceAll(":", "")}`,
      stp: false,
      forward_delay: 1500,
      vlan_default: 0,
      vlan_filtering: false,
      upper_devices: ports,
    },
    vlan: null,
    ovn: null,
  };
}

/** `GET /1.0/networks/lo/state`. */
export const loopbackState: object = {
  addresses: [
    { family: "inet", address: "127.0.0.1", netmask: "8", scope: "local" },
    { family: "inet6", address: "::1", netmask: "128", scope: "local" },
  ],
  counters,
  hwaddr: "",
  mtu: 65_536,
  state: "up",
  type: "loopback",
  bond: null,
  bridge: null,
  vlan: null,
  ovn: null,
};

/** An address of a network that somebody has. */
export interface Lease {
  /** As the API shows it. */
  readonly view: {
    readonly hostname: string;
    readonly hwaddr: string;
    readonly address: string;
    readonly type: "gateway" | "static" | "dynamic";
    readonly location: string;
  };
  /** Who has it; undefined for the bridge itself. */
  readonly instance: InstanceRecord | undefined;
}

/**
 * The addresses of the bridge itself, then what is reserved for instances and what they make themselves, on or off, then
 * what they have from DHCP.
 */
export function networkLeases(state: FakeState, network: NetworkRecord): readonly Lease[] {
  const gateways = ownAddresses(network).map(({ address }): Lease => {
    const view = { hostname: `${network.name}.gw`, hwaddr: "", address, type: "gateway", location: "" } as const;
    return { view, instance: undefined };
  });
  const [known, leased]: [Lease[], Lease[]] = [[], []];
  for (const instance of networkInstances(state, network)) {
    for (const nic of nicsOf(state, instance)) {
      if (nic.network !== network.name) continue;
      const { hwaddr } = nic;
      const add = (list: Lease[], address: string | undefined, type: "static" | "dynamic"): void => {
        if (address === undefined) return;
        list.push({ view: { hostname: instance.name, hwaddr, address, type, location: instance.location }, instance });
      };
      const isStateless = nic.prefix6 !== undefined && network.config["ipv6.dhcp.stateful"] !== "true";
      add(known, nic.reserved, "static");
      if (nic.reserved6 !== undefined) add(known, nic.reserved6, "static");
      else if (isStateless && hwaddr !== "") add(known, eui64(nic.prefix6 ?? "", hwaddr), "dynamic");
      if (nic.reserved === undefined) add(leased, instance.leases?.[nic.interface], "dynamic");
    }
  }
  return [...gateways, ...known, ...leased];
}
