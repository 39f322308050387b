import { anyText, boolean, cleanConfig, type ConfigRules, oneOf, type ValueRule } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomMac } from "../core/random.ts";
import type { Config, NetworkRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { addressRange, interfaceAddress, ipAddress, listOf, networkAddress } from "./address-rules.ts";
import { bridgeConfigProblem, fillAddresses, mtu, networkConfigProblem } from "./bridge-config.ts";
import { bridgeStartProblem, tunnelAndPeerRules } from "./bridge-peers.ts";
import { interfaceName } from "./interface-name.ts";
import { loopback } from "./loopback.ts";

/** A network whose configuration is to be checked. */
export interface WantedNetwork {
  readonly name: string;
  readonly config: Config;
}

/** What a type of networks demands. */
export interface NetworkDriver {
  /** Refuses a name that it cannot have. */
  checkName(name: string): void;
  /** Refuses a name that an interface of the machine has. */
  checkInterface(name: string): void;
  /** What is wrong with the configuration, in the servers' own words. */
  problem(state: FakeState, wanted: WantedNetwork): string | undefined;
  /** Why the machine cannot set it up although nothing is wrong with it; `old` is missing for a new one. */
  startProblem(state: FakeState, wanted: WantedNetwork, old?: NetworkRecord): string | undefined;
  /** The configuration that is kept. */
  fill(state: FakeState, config: Config, options: { readonly isNew: boolean }): Config;
  /** MAC address of its interface; empty where it has none. */
  hwaddr(state: FakeState, config: Config): string;
}

const bridge: NetworkDriver = {
  checkName(name) {
    const reason = interfaceName(name);
    if (reason !== undefined) throw new Refusal(400, reason);
  },
  checkInterface(name) {
    if (name === ".." || name === loopback.name) {
      throw new Refusal(500, `Network interface "${name}" already exists`);
    }
  },
  problem: (state, { name, config }) => bridgeConfigProblem(state, name, config),
  startProblem: (state, { name, config }) => bridgeStartProblem(state, name, config),
  fill: fillAddresses,
  hwaddr: ({ random, facts }, config) => config["bridge.hwaddr"] || randomMac(random, facts.macPrefix),
};

const vlan: ValueRule = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid VLAN ID "${value}"`;
  return Number(value) <= 4094 ? undefined : `Out of VLAN ID range (0-4094) "${value}"`;
};

const maas: ConfigRules = { "maas.subnet.ipv4": anyText, "maas.subnet.ipv6": anyText };
const sriov: ConfigRules = { mtu, parent: interfaceName, vlan };
const macvlan: ConfigRules = { ...sriov, gvrp: boolean };
const physical: ConfigRules = {
  ...macvlan,
  "dns.nameservers": listOf(ipAddress),
  "ipv4.gateway": interfaceAddress("4"),
  "ipv4.ovn.ranges": listOf(addressRange("4")),
  "ipv4.routes": listOf(networkAddress("4")),
  "ipv4.routes.anycast": boolean,
  "ipv6.gateway": interfaceAddress("6"),
  "ipv6.ovn.ranges": listOf(addressRange("6")),
  "ipv6.routes": listOf(networkAddress("6")),
  "ipv6.routes.anycast": boolean,
  "ovn.ingress_mode": oneOf("l2proxy", "routed"),
  "volatile.last_state.created": boolean,
};

/** A network that is nothing but an interface of the machine. */
function onParent(rules: ConfigRules): NetworkDriver {
  const isPhysical = rules === physical;
  return {
    // They need no interface of their name, so that any name will do.
    checkName: () => undefined,
    checkInterface: () => undefined,
    problem(state, { name, config }) {
      const known = state.flavour === "lxd" ? { ...rules, ...maas } : rules;
      const peers = isPhysical ? tunnelAndPeerRules(state.flavour, config, known) : {};
      if (typeof peers === "string") return peers;
      const problem = networkConfigProblem(name, config, { ...known, ...peers });
      if (problem !== undefined || (config["parent"] ?? "") !== "") return problem;
      return `Invalid value for network "${name}" option "parent": Required value`;
    },
    startProblem(state, { config }, old) {
      const parent = config["parent"] ?? "";
      // Only one that is its parent looks for a new one.
      if ((old === undefined || isPhysical) && !hasInterface(state, parent)) {
        return `Parent interface "${parent}" not found`;
      }
      if (!isPhysical || (config["vlan"] ?? "") === "") return undefined;
      return vlanProblem(state, parent, config["vlan"] ?? "");
    },
    fill: (_, config) => cleanConfig(isPhysical ? { ...config, "volatile.last_state.created": "false" } : config),
    hwaddr: () => "",
  };
}

/** The fake's machine has no kernel module for VLANs, like those that its answers were measured on. */
function vlanProblem({ flavour }: FakeState, parent: string, id: string): string {
  const device = `${parent}.${id}`;
  const [before, named] = flavour === "lxd" ? ["", ""] : ["Failed adding link: ", "name "];
  const command = `ip link add ${named}${device} link ${parent} type vlan id ${id}`;
  const said = "exit status 2 (Error: Unknown device type.)";
  return `Failed to create VLAN interface "${device}" on "${parent}": ${before}Failed to run: ${command}: ${said}`;
}

function hasInterface(state: FakeState, name: string): boolean {
  return name === loopback.name || state.store.networks.get("default", name)?.type === "bridge";
}

const drivers: Readonly<Record<string, NetworkDriver>> = {
  bridge,
  macvlan: onParent(macvlan),
  physical: onParent(physical),
  sriov: onParent(sriov),
};

/** Says whether the server has networks of that type, whatever they need. */
export function isNetworkType(type: string): boolean {
  return type === "ovn" || Object.hasOwn(drivers, type);
}

/** The driver of a type; refuses types that the server does not have. */
export function networkDriver(state: FakeState, type: string, config: Config): NetworkDriver {
  if (type === "ovn") throw ovnRefusal(state, config);
  const driver = Object.hasOwn(drivers, type) ? drivers[type] : undefined;
  if (driver === undefined) throw new Refusal(400, "Unknown driver");
  return driver;
}

/** What a server says that has no Open vSwitch. */
function ovnRefusal(state: FakeState, config: Config): Refusal {
  if (state.flavour === "incus") {
    const to = "Failed to connect to OVS: ".repeat(3);
    const socket = "unix:/run/openvswitch/db.sock";
    const reason = "failed to open connection: dial unix /run/openvswitch/db.sock: connect: no such file or directory";
    const text = `Failed to connect to OVN: ${to}failed to connect to ${socket}: ${reason}`;
    return new Refusal(404, `Failed loading network: ${text}`);
  }
  const uplinks = state.store.networks.in("default").filter(({ type }) => type === "bridge" || type === "physical");
  const wanted = config["network"] ?? "";
  if (wanted === "" && uplinks.length !== 1) return new Refusal(500, 'Option "network" is required');
  if (wanted !== "" && !uplinks.some(({ name }) => name === wanted)) {
    return new Refusal(500, `Option "network" value "${wanted}" is not one of the allowed uplink networks in project`);
  }
  const command = "ovs-vsctl get open_vswitch . external_ids:ovn-remote";
  const said = "ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)";
  const about = "Failed to get OVN client: Failed to get OVN southbound connection string";
  return new Refusal(500, `${about}: Failed to run: ${command}: exit status 1 (${said})`);
}
