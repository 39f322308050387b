import type { FakeState } from "../core/fake-state.ts";
import type { NetworkRecord } from "../core/records.ts";
import { nicsOf } from "../instances/instance-network.ts";
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

const counters = { bytes_received: 0, bytes_sent: 0, packets_received: 0, packets_sent: 0 };

/** `GET /1.0/networks/{name}/state` of a managed bridge. */
export function networkState(state: FakeState, network: NetworkRecord): object {
  const ports = networkInstances(state, network).flatMap((instance) =>
    nicsOf(state, instance)
      .filter(({ network: name }) => name === network.name)
      .flatMap(({ device }) => instance.config[`volatile.${device}.host_name`] ?? []),
  );
  return {
    addresses: ownAddresses(network),
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

/** `GET /1.0/networks/{name}/leases`: the bridge itself, then what its instances have from DHCP. */
export function networkLeases(state: FakeState, network: NetworkRecord): readonly object[] {
  const gateways = ownAddresses(network).map(({ address }) => ({
    hostname: `${network.name}.gw`,
    hwaddr: "",
    address,
    type: "gateway",
    location: "",
  }));
  const leases = networkInstances(state, network).flatMap((instance) =>
    nicsOf(state, instance).flatMap((nic) => {
      const { inet } = instance.power?.addresses[nic.interface] ?? {};
      if (nic.network !== network.name || inet === undefined) return [];
      const hwaddr = instance.config[`volatile.${nic.device}.hwaddr`] ?? "";
      return [{ hostname: instance.name, hwaddr, address: inet, type: "dynamic", location: instance.location }];
    }),
  );
  return [...gateways, ...leases];
}
