import type { Flavour } from "@lxdkit/protocol";
import { anyText, boolean, type ConfigRules, oneOf, uint32, type ValueRule } from "../core/config-rules.ts";
import type { OptionRules } from "./device-options.ts";
import {
  addresses,
  gateway,
  interfaceName,
  macAddress,
  mtu,
  required,
  routes,
  vlan,
  vlanOrNone,
} from "./device-values.ts";

/** The kinds of network interfaces that need no other program. */
export type NicType = "bridged" | "ipvlan" | "macvlan" | "p2p" | "physical" | "routed" | "sriov";

const common: ConfigRules = { name: interfaceName, hwaddr: macAddress };
const veth: ConfigRules = {
  host_name: anyText,
  "limits.egress": anyText,
  "limits.ingress": anyText,
  "limits.max": anyText,
};
const ownRoutes: ConfigRules = { "ipv4.routes": routes("4"), "ipv6.routes": routes("6") };
const layer3: ConfigRules = {
  "ipv4.address": addresses("4"),
  "ipv4.gateway": gateway("4"),
  "ipv4.host_table": uint32,
  "ipv6.address": addresses("6"),
  "ipv6.gateway": gateway("6"),
  "ipv6.host_table": uint32,
};
const tagged: ConfigRules = { gvrp: boolean, vlan };
const boot: ConfigRules = { "boot.priority": uint32 };

const ipvlanMode: ValueRule = (value) => (["l3s", "l2"].includes(value) ? undefined : "Must be one of: l3s, l2");

const shared: Readonly<Record<NicType, ConfigRules>> = {
  bridged: {
    ...{ ...veth, ...boot, ...ownRoutes, mtu },
    "ipv4.address": anyText,
    "ipv4.routes.external": routes("4"),
    "ipv6.address": anyText,
    "ipv6.routes.external": routes("6"),
    network: anyText,
    "security.ipv4_filtering": anyText,
    "security.ipv6_filtering": anyText,
    "security.mac_filtering": anyText,
    "security.port_isolation": boolean,
    vlan: vlanOrNone,
    "vlan.tagged": anyText,
  },
  ipvlan: { ...layer3, ...tagged, mtu, mode: ipvlanMode },
  macvlan: { ...tagged, ...boot, mtu, network: anyText },
  p2p: { ...veth, ...ownRoutes, ...boot, mtu },
  physical: { ...tagged, ...boot, mtu, network: anyText },
  routed: {
    ...{ ...veth, ...ownRoutes, ...layer3, ...tagged, mtu },
    "ipv4.host_address": anyText,
    "ipv4.neighbor_probe": boolean,
    "ipv6.host_address": anyText,
    "ipv6.neighbor_probe": boolean,
    parent: anyText,
  },
  sriov: { ...boot, mtu, network: anyText, "security.mac_filtering": anyText, vlan },
};

const maas: ConfigRules = { "maas.subnet.ipv4": anyText, "maas.subnet.ipv6": anyText };
const vethOfIncus: ConfigRules = { "limits.priority": uint32, "queue.tx.length": uint32 };
const machinesOnly: ConfigRules = { "io.bus": () => "This option is only supported on virtual machines" };
const aclAction = oneOf("allow", "allow-stateless", "drop", "reject");

const own: Readonly<Record<Flavour, Partial<Readonly<Record<NicType, ConfigRules>>>>> = {
  lxd: { bridged: maas, macvlan: maas, physical: maas, sriov: maas },
  incus: {
    bridged: {
      ...vethOfIncus,
      ...machinesOnly,
      "security.acls": anyText,
      "security.acls.default.egress.action": aclAction,
      "security.acls.default.egress.logged": boolean,
      "security.acls.default.ingress.action": aclAction,
      "security.acls.default.ingress.logged": boolean,
    },
    macvlan: { ...machinesOnly, mode: oneOf("bridge", "vepa", "passthru", "private") },
    p2p: { ...vethOfIncus, ...machinesOnly },
    routed: { ...vethOfIncus, ...machinesOnly },
  },
};

/** Interfaces that cannot be without another one. */
const onParent: readonly NicType[] = ["bridged", "ipvlan", "macvlan", "physical", "sriov"];

/** Says whether there are interfaces of this kind. */
export function isNicType(text: string): text is NicType {
  return Object.hasOwn(shared, text);
}

/** The options of one kind of network interface; one of a managed network has no parent of its own. */
export function nicOptions(flavour: Flavour, type: NicType, isManaged: boolean): OptionRules {
  const optional = { ...common, ...shared[type], ...own[flavour][type] };
  return onParent.includes(type) && !isManaged ? { needed: { parent: required(anyText) }, optional } : { optional };
}
