import { isIP } from "node:net";
import type { Flavour } from "@lxdkit/protocol";
import { anyText, boolean, type ConfigRules, integer, uint32, type ValueRule } from "../core/config-rules.ts";
import { nodes, uuid } from "./config-values.ts";

const shared: ConfigRules = {
  "volatile.apply_template": anyText,
  "volatile.base_image": anyText,
  "volatile.cloud-init.instance-id": anyText,
  "volatile.evacuate.origin": anyText,
  "volatile.idmap.base": anyText,
  "volatile.idmap.current": anyText,
  "volatile.idmap.next": anyText,
  "volatile.last_state.idmap": anyText,
  "volatile.last_state.power": anyText,
  "volatile.uuid": uuid,
};

const families: Readonly<Record<Flavour, ConfigRules>> = {
  lxd: { ...shared, "volatile.vsock_id": integer },
  incus: {
    ...shared,
    "volatile.cluster.group": anyText,
    "volatile.container.oci": boolean,
    "volatile.cpu.nodes": nodes,
    "volatile.last_state.ready": boolean,
    "volatile.rebalance.last_move": integer,
    "volatile.uuid.generation": uuid,
  },
};

const machines: ConfigRules = { "volatile.apply_nvram": boolean, "volatile.vsock_id": uint32 };

const ipAddresses: ValueRule = (value) => {
  const bad = value.split(",").find((item) => isIP(item.trim()) === 0);
  return bad === undefined ? undefined : `Item "${bad.trim()}": Not an IP address "${bad.trim()}"`;
};

/** What the volatile keys of devices end in. */
const ends: readonly string[] = [
  ...[".apply_quota", ".ceph_rbd", ".host_name", ".hwaddr", ".mig.uuid", ".name", ".vgpu.uuid"],
  ...[".last_state.created", ".last_state.hwaddr", ".last_state.mtu", ".last_state.pci.driver"],
  ...[".last_state.pci.slot.name", ".last_state.vdpa.name", ".last_state.vf.hwaddr", ".last_state.vf.id"],
  ...[".last_state.vf.parent", ".last_state.vf.spoofcheck", ".last_state.vf.vlan"],
];

const incusEnds: readonly string[] = [...[".last_state.pci.parent", ".last_state.usb.bus", ".last_state.usb.device"]];

/** The rule of a volatile key of an instance; undefined when no instance has it. */
export function volatileRule(flavour: Flavour, key: string, isMachine: boolean): ValueRule | undefined {
  const known = families[flavour][key] ?? (isMachine ? machines[key] : undefined);
  if (known !== undefined) return known;
  if (key.endsWith(".last_state.ip_addresses")) return flavour === "incus" ? ipAddresses : undefined;
  const isOfDevice = [...ends, ...(flavour === "incus" ? incusEnds : [])].some((end) => key.endsWith(end));
  return isOfDevice ? anyText : undefined;
}
