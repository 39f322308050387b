import type { FakeState } from "../core/fake-state.ts";
import {
  anyText,
  boolean,
  cleanConfig,
  configProblem,
  type ConfigRules,
  integer,
  oneOf,
  type ValueRule,
} from "../core/config-rules.ts";
import { type Random, randomHex } from "../core/random.ts";
import type { Config } from "../core/records.ts";
import {
  addressRange,
  interfaceAddress,
  ipAddress,
  ipv4Address,
  ipv6Address,
  listOf,
  networkAddress,
} from "./address-rules.ts";
import { Refusal } from "../core/refusal.ts";
import { tunnelAndPeerRules } from "./bridge-peers.ts";
import { interfaceName } from "./interface-name.ts";

/** An address with its prefix length, or one of the words that stand for none and for a new one. */
function subnet(version: "4" | "6"): ValueRule {
  const address = interfaceAddress(version);
  return (value) => (value === "none" || value === "auto" ? undefined : address(value));
}

/** A number of bytes that fits into a packet. */
export const mtu: ValueRule = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid MTU "${value}"`;
  const isInside = Number(value) >= 1280 && Number(value) <= 16_384;
  return isInside ? undefined : `Out of MTU range (1280-16384) "${value}"`;
};

const externalInterface: ValueRule = (value) => {
  const reason = interfaceName(value);
  return reason === undefined ? undefined : `Invalid interface name "${value}": ${reason}`;
};

const rules: ConfigRules = {
  "bridge.driver": oneOf("native", "openvswitch"),
  "bridge.external_interfaces": (value) =>
    value.split(",").reduce<string | undefined>((found, name) => found ?? externalInterface(name.trim()), undefined),
  "bridge.hwaddr": (value) =>
    /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)
      ? undefined
      : "Invalid MAC address, must be 6 bytes of hex separated by colons",
  "bridge.mtu": mtu,
  "dns.domain": anyText,
  "dns.mode": oneOf("dynamic", "managed", "none"),
  "dns.search": anyText,
  "dns.zone.forward": anyText,
  "dns.zone.reverse.ipv4": anyText,
  "dns.zone.reverse.ipv6": anyText,
  "ipv4.address": subnet("4"),
  "ipv4.dhcp": boolean,
  "ipv4.dhcp.expiry": anyText,
  "ipv4.dhcp.gateway": ipv4Address,
  "ipv4.dhcp.ranges": listOf(addressRange("4")),
  "ipv4.firewall": boolean,
  "ipv4.nat": boolean,
  "ipv4.nat.address": ipv4Address,
  "ipv4.nat.order": oneOf("before", "after"),
  "ipv4.ovn.ranges": listOf(addressRange("4")),
  "ipv4.routes": listOf(networkAddress("4")),
  "ipv4.routing": boolean,
  "ipv6.address": subnet("6"),
  "ipv6.dhcp": boolean,
  "ipv6.dhcp.expiry": anyText,
  "ipv6.dhcp.ranges": listOf(addressRange("6")),
  "ipv6.dhcp.stateful": boolean,
  "ipv6.firewall": boolean,
  "ipv6.nat": boolean,
  "ipv6.nat.address": ipv6Address,
  "ipv6.nat.order": oneOf("before", "after"),
  "ipv6.ovn.ranges": listOf(addressRange("6")),
  "ipv6.routes": listOf(networkAddress("6")),
  "ipv6.routing": boolean,
  "raw.dnsmasq": anyText,
  "security.acls": anyText,
  "security.acls.default.egress.logged": boolean,
  "security.acls.default.ingress.logged": boolean,
};

/** A subnet of the machine under an overlay. */
const fanSubnet: ValueRule = (value) => (value === "auto" ? undefined : networkAddress("4")(value));

const lxd: ConfigRules = {
  ...rules,
  "bridge.mode": oneOf("standard", "fan"),
  "fan.overlay_subnet": networkAddress("4"),
  "fan.type": oneOf("vxlan", "ipip"),
  "fan.underlay_subnet": fanSubnet,
  "maas.*": anyText,
  "security.acls.default.egress.action": oneOf("allow", "drop", "reject"),
  "security.acls.default.ingress.action": oneOf("allow", "drop", "reject"),
};

const actions = oneOf("allow", "allow-stateless", "drop", "reject");

/** Networks and the gateways to them, in turn. */
const dhcpRoutes: ValueRule = (value) => {
  const items = value.split(",").map((text) => text.trim());
  for (const [at, item] of items.entries()) {
    const reason = at % 2 === 0 ? networkAddress("4")(item) : ipv4Address(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
};

const incus: ConfigRules = {
  ...rules,
  "bgp.ipv4.nexthop": ipv4Address,
  "bgp.ipv6.nexthop": ipv6Address,
  "bridge.external_vlan": integer,
  "dns.nameservers": listOf(ipAddress),
  "ipv4.dhcp.routes": dhcpRoutes,
  "security.acls.default.egress.action": actions,
  "security.acls.default.ingress.action": actions,
};

/** What is wrong with the configuration of a bridge, in the servers' own words. */
export function bridgeConfigProblem(state: FakeState, name: string, config: Config): string | undefined {
  const known = state.flavour === "lxd" ? lxd : incus;
  const own = tunnelAndPeerRules(state.flavour, config, known);
  if (typeof own === "string") return own;
  const problem = networkConfigProblem(name, config, { ...known, ...own });
  return problem ?? referenceProblem(state, name, config) ?? fanProblem(name, config) ?? rangeProblem(config);
}

/** What is wrong with the keys and values of a network, in the servers' own words. */
export function networkConfigProblem(name: string, config: Config, known: ConfigRules): string | undefined {
  const problem = configProblem(config, known);
  if (problem?.kind === "unknown") return `Invalid option for network "${name}" option "${problem.key}"`;
  if (problem !== undefined) return `Invalid value for network "${name}" option "${problem.key}": ${problem.reason}`;
  return undefined;
}

/** Zones and ACLs that are named have to be there. */
function referenceProblem(state: FakeState, network: string, config: Config): string | undefined {
  for (const key of ["dns.zone.forward", "dns.zone.reverse.ipv4", "dns.zone.reverse.ipv6"]) {
    // LXD takes the whole value for one name.
    const listed = state.flavour === "lxd" ? [config[key] ?? ""].filter((zone) => zone !== "") : names(config[key]);
    const missing = listed.find((zone) => state.store.zones.get("default", zone) === undefined);
    if (missing === undefined) continue;
    return state.flavour === "lxd"
      ? `Invalid value for network "${network}" option "${key}": Network zone "${missing}" doesn't exist`
      : `Invalid "${key}", network zone "${missing}" not found`;
  }
  const missing = names(config["security.acls"]).find((acl) => state.store.acls.get("default", acl) === undefined);
  return missing === undefined ? undefined : `Network ACL "${missing}" does not exist`;
}

function names(list = ""): readonly string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/** A fan makes its addresses itself, and only a fan has the keys of one. */
function fanProblem(name: string, config: Config): string | undefined {
  const isFan = config["bridge.mode"] === "fan";
  if (isFan && name.length > 11) {
    return "Network name too long to use with the FAN (must be 11 characters or less)";
  }
  for (const [key, value] of Object.entries(config)) {
    if (value === "") continue;
    if (!isFan && key.startsWith("fan.")) return "FAN configuration may only be set when in 'fan' mode";
    if (isFan && key.startsWith("ipv4.") && key !== "ipv4.dhcp.expiry" && key !== "ipv4.firewall") {
      return "IPv4 configuration may not be set when in 'fan' mode";
    }
    if (isFan && key.startsWith("ipv6.") && key !== "ipv6.address") {
      return "IPv6 configuration may not be set when in 'fan' mode";
    }
  }
  return undefined;
}

/** Addresses for other networks must not be those that DHCP hands out. */
function rangeProblem(config: Config): string | undefined {
  for (const [version, title] of [
    ["ipv4", "DHCPv4"],
    ["ipv6", "DHCPv6"],
  ] as const) {
    const isOn = (config[`${version}.address`] ?? "none") !== "none" && config[`${version}.dhcp`] !== "false";
    const isHanding = version === "ipv4" ? isOn : isOn && config["ipv6.dhcp.stateful"] === "true";
    const key = `${version}.ovn.ranges`;
    if ((config[key] ?? "") === "" || !isHanding || (config[`${version}.dhcp.ranges`] ?? "") !== "") continue;
    const ranges = `"${version}.dhcp.ranges"`;
    return `"${key}" must be used in conjunction with non-overlapping ${ranges} when ${title} is enabled`;
  }
  return undefined;
}

/**
 * Gives a bridge the addresses that it asks for with `auto`. A new one asks for what it does not mention, and hides
 * what is behind such an address.
 */
export function fillAddresses(state: FakeState, wanted: Config, { isNew }: { readonly isNew: boolean }): Config {
  const config: Record<string, string> = { ...wanted };
  const underlay = config["fan.underlay_subnet"] ?? "auto";
  if (isNew && config["bridge.mode"] === "fan" && underlay === "auto") {
    // It would be that of the machine's way out, and the fake's machine has none.
    throw new Refusal(500, "Failed generating auto config: No default gateway for IPv4");
  }
  for (const [version, pick] of [
    ["ipv4", randomSubnet],
    ["ipv6", randomPrefix],
  ] as const) {
    const key = `${version}.address`;
    const isMissing = (config[key] ?? "") === "" && config["bridge.mode"] !== "fan";
    if (config[key] !== "auto" && !(isNew && isMissing)) continue;
    config[key] = pick(state.random);
    if (isNew) config[`${version}.nat`] ||= "true";
  }
  return cleanConfig(config);
}

function randomSubnet(random: Random): string {
  const byte = (): string => String(Math.floor(random() * 255));
  return `10.${byte()}.${byte()}.1/24`;
}

function randomPrefix(random: Random): string {
  // Go prints the groups without zeros in front.
  const group = (): string => Number.parseInt(randomHex(random, 4), 16).toString(16);
  return `fd42:${group()}:${group()}:${group()}::1/64`;
}
