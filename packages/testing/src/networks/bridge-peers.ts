import { isIP } from "node:net";
import type { Flavour } from "@lxdkit/protocol";
import { anyText, type ConfigRules, integer, oneOf, type ValueRule } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config } from "../core/records.ts";
import { ipAddress } from "./address-rules.ts";
import { interfaceName } from "./interface-name.ts";

const port: ValueRule = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid value for an integer: ${value}`;
  return Number(value) <= 65_535 ? undefined : `Invalid port number: ${value}`;
};

const ttl: ValueRule = (value) =>
  /^\d+$/.test(value) && Number(value) <= 255
    ? undefined
    : `Invalid value for an integer "${value}". Must be between 0 and 255`;

const holdTime: ValueRule = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid value for an integer "${value}"`;
  const isInside = Number(value) >= 9 && Number(value) <= 65_535;
  return isInside ? undefined : "Value isn't within valid range. Must be between 9 and 65535";
};

/** The last part of `tunnel.NAME.KEY`. */
const tunnel: ConfigRules = {
  group: ipAddress,
  id: integer,
  interface: interfaceName,
  local: ipAddress,
  port,
  protocol: oneOf("gre", "vxlan"),
  remote: ipAddress,
  ttl,
};

const lxdPeer: ConfigRules = { address: ipAddress, asn: integer, password: anyText };
const incusPeer: ConfigRules = { ...lxdPeer, holdtime: holdTime };

/**
 * The rules for the tunnels and the BGP peers that a configuration names, or what is wrong with a key that looks like
 * one of them; `known` are the keys that have rules already.
 */
export function tunnelAndPeerRules(flavour: Flavour, config: Config, known: ConfigRules): ConfigRules | string {
  const rules: Record<string, ValueRule> = {};
  for (const key of Object.keys(config)) {
    if (key in known || !/^(?:tunnel|bgp)\./.test(key)) continue;
    const parts = key.split(".");
    const isTunnel = parts[0] === "tunnel";
    if (parts.length !== (isTunnel ? 3 : 4)) return `Invalid network configuration key: ${key}`;
    const rule = (isTunnel ? tunnel : flavour === "lxd" ? lxdPeer : incusPeer)[parts.at(-1) ?? ""];
    if (rule !== undefined) rules[key] = rule;
  }
  return rules;
}

/** Why the machine cannot set up what the configuration asks for; undefined when it can. */
export function bridgeStartProblem(state: FakeState, name: string, config: Config): string | undefined {
  const { flavour } = state;
  const outside = (config["bridge.external_interfaces"] ?? "").split(",").map((text) => text.trim());
  if (outside.includes("lo")) {
    return `Failed to run: ip link set dev lo master ${name}: exit status 2 (RTNETLINK answers: Invalid argument)`;
  }
  const expiry = config["ipv4.dhcp.expiry"] ?? "";
  if (expiry !== "" && (config["ipv4.address"] ?? "none") !== "none" && !/^(?:\d+[smhdw]?|infinite)$/.test(expiry)) {
    const end = flavour === "lxd" ? "Process exited with non-zero value 1" : "exit status 1";
    const said = "dnsmasq: bad command line options: bad dhcp-range";
    return `The DNS and DHCP service exited prematurely: ${end} ("${said}")`;
  }
  return addressProblem(state, name, config) ?? tunnelProblem(name, config);
}

/** Two bridges may be in one subnet, but not at one address. */
function addressProblem({ flavour, store }: FakeState, name: string, config: Config): string | undefined {
  const addressOf = (of: Config): string => (of["ipv4.address"] ?? "none").replace(/\/.*$/, "");
  const own = addressOf(config);
  const isTaken = store.networks
    .all()
    .some((other) => other.type === "bridge" && other.name !== name && addressOf(other.config) === own);
  if (own === "none" || own === "" || !isTaken) return undefined;
  const end = flavour === "lxd" ? "Process exited with non-zero value 2" : "exit status 2";
  const said = `dnsmasq: failed to create listening socket for ${own}: Address already in use`;
  return `The DNS and DHCP service exited prematurely: ${end} ("${said}")`;
}

/** The fake's machine has no route to anywhere, so that a tunnel needs to be told where it ends. */
function tunnelProblem(bridge: string, config: Config): string | undefined {
  const tunnels = new Set(Object.keys(config).flatMap((key) => /^tunnel\.([^.]+)\./.exec(key)?.[1] ?? []));
  for (const name of tunnels) {
    const valueOf = (key: string): string => config[`tunnel.${name}.${key}`] ?? "";
    const isAddressed = isIP(valueOf("local")) !== 0 && isIP(valueOf("remote")) !== 0;
    if (valueOf("protocol") === "vxlan") {
      if (!isAddressed && valueOf("interface") === "") return "No default gateway for IPv4";
    } else if (valueOf("protocol") === "" || !isAddressed) {
      const device = `${bridge}-${name}`;
      const command = `ip link set dev ${device} master ${bridge}`;
      return `Failed to run: ${command}: exit status 1 (Cannot find device "${device}")`;
    }
  }
  return undefined;
}
