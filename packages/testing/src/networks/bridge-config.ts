import { isIPv4, isIPv6 } from "node:net";
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

const ipv4: ValueRule = (value) => (isIPv4(value) ? undefined : `Not an IPv4 address "${value}"`);

/** An address with its prefix length, or one of the words that stand for none and for a new one. */
function subnet(version: "4" | "6"): ValueRule {
  return (value) => {
    if (value === "none" || value === "auto") return undefined;
    const [address = "", length = ""] = value.split("/");
    if (!/^\d+$/.test(length) || (!isIPv4(address) && !isIPv6(address))) return `invalid CIDR address: ${value}`;
    const fits = version === "4" ? isIPv4(address) : isIPv6(address);
    return fits ? undefined : `Not an IPv${version} address "${value}"`;
  };
}

const ranges: ValueRule = (value) => {
  const bad = value.split(",").find((range) => !range.includes("-"));
  return bad === undefined ? undefined : `Item "${bad.trim()}": IP range must contain start and end IP addresses`;
};

const rules: ConfigRules = {
  "bgp.*": anyText,
  "bridge.driver": oneOf("native", "openvswitch"),
  "bridge.external_interfaces": anyText,
  "bridge.hwaddr": (value) =>
    /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value)
      ? undefined
      : "Invalid MAC address, must be 6 bytes of hex separated by colons",
  "bridge.mtu": (value) => (/^\d+$/.test(value) ? undefined : `Invalid MTU "${value}"`),
  "dns.domain": anyText,
  "dns.mode": oneOf("dynamic", "managed", "none"),
  "dns.search": anyText,
  "dns.zone.*": anyText,
  "ipv4.address": subnet("4"),
  "ipv4.dhcp": boolean,
  "ipv4.dhcp.expiry": anyText,
  "ipv4.dhcp.gateway": ipv4,
  "ipv4.dhcp.ranges": ranges,
  "ipv4.firewall": boolean,
  "ipv4.nat": boolean,
  "ipv4.nat.address": ipv4,
  "ipv4.nat.order": oneOf("before", "after"),
  "ipv4.ovn.ranges": ranges,
  "ipv4.routes": anyText,
  "ipv4.routing": boolean,
  "ipv6.address": subnet("6"),
  "ipv6.dhcp": boolean,
  "ipv6.dhcp.expiry": anyText,
  "ipv6.dhcp.ranges": ranges,
  "ipv6.dhcp.stateful": boolean,
  "ipv6.firewall": boolean,
  "ipv6.nat": boolean,
  "ipv6.nat.address": anyText,
  "ipv6.nat.order": oneOf("before", "after"),
  "ipv6.ovn.ranges": ranges,
  "ipv6.routes": anyText,
  "ipv6.routing": boolean,
  "raw.dnsmasq": anyText,
  "security.acls": anyText,
  "security.acls.default.egress.action": oneOf("allow", "reject", "drop"),
  "security.acls.default.egress.logged": boolean,
  "security.acls.default.ingress.action": oneOf("allow", "reject", "drop"),
  "security.acls.default.ingress.logged": boolean,
  "tunnel.*": anyText,
  "volatile.*": anyText,
};

const lxd: ConfigRules = {
  ...rules,
  "bridge.mode": oneOf("standard", "fan"),
  "fan.overlay_subnet": anyText,
  "fan.type": anyText,
  "fan.underlay_subnet": anyText,
  "maas.*": anyText,
};

const incus: ConfigRules = { ...rules, "ipv4.dhcp.routes": anyText, "bridge.external_vlan": integer };

/** What is wrong with the configuration of a bridge, in the servers' own words. */
export function bridgeConfigProblem(state: FakeState, name: string, config: Config): string | undefined {
  const problem = configProblem(config, state.flavour === "lxd" ? lxd : incus);
  if (problem?.kind === "unknown") return `Invalid option for network "${name}" option "${problem.key}"`;
  if (problem !== undefined) return `Invalid value for network "${name}" option "${problem.key}": ${problem.reason}`;
  const acls = (config["security.acls"] ?? "").split(",").map((acl) => acl.trim());
  const missing = acls.find((acl) => acl !== "" && state.store.acls.get("default", acl) === undefined);
  return missing === undefined ? undefined : `Network ACL "${missing}" does not exist`;
}

/**
 * Gives a bridge the addresses that it asks for with `auto`. A new one asks for what it does not mention, and hides
 * what is behind such an address.
 */
export function fillAddresses(state: FakeState, wanted: Config, { isNew }: { readonly isNew: boolean }): Config {
  const config: Record<string, string> = { ...wanted };
  for (const [version, pick] of [
    ["ipv4", randomSubnet],
    ["ipv6", randomPrefix],
  ] as const) {
    const key = `${version}.address`;
    const isMissing = (config[key] ?? "") === "";
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
