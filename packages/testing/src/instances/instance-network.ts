import type { FakeState } from "../core/fake-state.ts";
import type { Config, InstanceRecord } from "../core/records.ts";
import { projectFor } from "../projects/project-scope.ts";
import { expandedDevices } from "./instance-expansion.ts";

/** A network device of an instance. */
export interface Nic {
  /** The device's name in the instance's devices. */
  readonly device: string;
  /** The interface's name inside the instance. */
  readonly interface: string;
  /** Its MAC address; empty for an interface of the machine itself. */
  readonly hwaddr: string;
  readonly network: string;
  readonly mtu: number;
  /** The managed network's IPv4 address with its prefix length; undefined where it leases none. */
  readonly subnet: string | undefined;
  /** The managed network's IPv6 prefix, four groups; undefined where it advertises none. */
  readonly prefix6: string | undefined;
  /** The IPv4 address that is reserved for it; undefined without one. */
  readonly reserved: string | undefined;
  /** The IPv6 address that is reserved for it; undefined without one. */
  readonly reserved6: string | undefined;
}

/** The instance's network devices. */
export function nicsOf(
  state: FakeState,
  instance: Pick<InstanceRecord, "project" | "profiles" | "devices" | "config">,
): readonly Nic[] {
  const scope = projectFor(state, instance.project, "features.networks");
  return Object.entries(expandedDevices(state, instance)).flatMap(([device, options]) => {
    if (options["type"] !== "nic") return [];
    const network = options["network"] ?? options["parent"] ?? "";
    const config: Config = state.store.networks.get(scope, network)?.config ?? {};
    const valueOf = (key: string): string | undefined => (config[key] === "none" ? undefined : config[key]);
    return [
      {
        device,
        interface: options["name"] || (instance.config[`volatile.${device}.name`] ?? device),
        hwaddr: options["hwaddr"]?.toLowerCase() || (instance.config[`volatile.${device}.hwaddr`] ?? ""),
        network,
        mtu: Number(options["mtu"] || config["bridge.mtu"] || 1500),
        subnet: valueOf("ipv4.address"),
        prefix6: prefixOf(valueOf("ipv6.address")),
        reserved: reservation(options["ipv4.address"]),
        reserved6: reservation(options["ipv6.address"]),
      },
    ];
  });
}

/** The first four groups of an address, or fewer and a colon that stands for zeros. */
function prefixOf(text: string | undefined): string | undefined {
  const groups = text?.replace(/::.*$/, "").split(":").slice(0, 4);
  if (groups === undefined || groups.length === 4) return groups?.join(":");
  return groups.length === 3 ? `${groups.join(":")}:0` : `${groups.join(":")}:`;
}

function reservation(text = ""): string | undefined {
  return text === "" || text === "none" ? undefined : text;
}

/** The `network` part of an instance's state; null unless it runs. */
export function instanceNetwork(
  state: FakeState,
  instance: InstanceRecord,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> | null {
  const { power } = instance;
  if (power === undefined) return null;
  const nics = nicsOf(state, instance).map((nic): [string, Readonly<Record<string, unknown>>] => {
    const { inet, inet6, link } = power.addresses[nic.interface] ?? {};
    const addresses = [
      address("inet", inet, "24", "global"),
      address("inet6", inet6, "64", "global"),
      address("inet6", link, "64", "link"),
    ].flat();
    const hostName = instance.config[`volatile.${nic.device}.host_name`] ?? "";
    const settings = { hwaddr: nic.hwaddr, hostName, mtu: nic.mtu, type: "broadcast" };
    // Those who got an address talked to the DHCP server.
    return [nic.interface, networkInterface(addresses, settings, inet === undefined ? silence : greeting)];
  });
  const loopback = [address("inet", "127.0.0.1", "8", "local"), address("inet6", "::1", "128", "local")].flat();
  return Object.fromEntries([...nics, ["lo", networkInterface(loopback, loopbackSettings, silence)]]);
}

const silence = { bytes_received: 0, bytes_sent: 0, packets_received: 0, packets_sent: 0 };
const greeting = { bytes_received: 700, bytes_sent: 1203, packets_received: 2, packets_sent: 8 };

interface InterfaceSettings {
  readonly hwaddr: string;
  readonly hostName: string;
  readonly mtu: number;
  readonly type: string;
}

const loopbackSettings: InterfaceSettings = { hwaddr: "", hostName: "", mtu: 65_536, type: "loopback" };

function address(family: string, value: string | undefined, netmask: string, scope: string): readonly object[] {
  return value === undefined ? [] : [{ family, address: value, netmask, scope }];
}

function networkInterface(
  addresses: readonly object[],
  { hwaddr, hostName, mtu, type }: InterfaceSettings,
  traffic: Readonly<Record<string, number>>,
): Readonly<Record<string, unknown>> {
  return {
    addresses,
    counters: {
      ...traffic,
      errors_received: 0,
      errors_sent: 0,
      packets_dropped_outbound: 0,
      packets_dropped_inbound: 0,
    },
    hwaddr,
    host_name: hostName,
    mtu,
    state: "up",
    type,
  };
}

/** The IPv6 address that a host makes from its MAC address (EUI-64) under `prefix`. */
export function eui64(prefix: string, mac: string): string {
  const bytes = mac.split(":").map((part) => Number.parseInt(part, 16));
  bytes[0] = (bytes[0] ?? 0) ^ 2;
  const full = [...bytes.slice(0, 3), 0xff, 0xfe, ...bytes.slice(3)];
  const groups = [0, 2, 4, 6].map((at) => (((full[at] ?? 0) << 8) | (full[at + 1] ?? 0)).toString(16));
  return `${prefix}:${groups.join(":")}`;
}
