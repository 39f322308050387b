import { isIPv4 } from "node:net";
import type { NetworkRecord } from "../core/records.ts";
import { projectFor } from "../projects/project-scope.ts";
import { type Device, type DeviceOwner, type DeviceProblem, isOn, type NamedDevice } from "./device.ts";
import { optionsProblem } from "./device-options.ts";
import { isNicType, nicOptions } from "./nic-options.ts";

const besideNetwork = ["nictype", "parent", "mtu", "maas.subnet.ipv4", "maas.subnet.ipv6"];

/** The managed network that an interface is on; undefined when it is on none. */
function networkOf(
  { state, project }: Pick<DeviceOwner, "state" | "project">,
  device: Device,
): NetworkRecord | undefined {
  const name = device["network"] || device["parent"] || "";
  const scope = projectFor(state, project, "features.networks");
  return name === "" ? undefined : state.store.networks.get(scope, name);
}

/** What is wrong with a network interface. */
export function nicProblem(owner: DeviceOwner, named: NamedDevice): DeviceProblem | undefined {
  const { name, device } = named;
  const { flavour } = owner.state;
  const wanted = device["network"] ?? "";
  const isManaged = wanted !== "";
  const network = networkOf(owner, device);
  if (isManaged) {
    const extra = besideNetwork.find(
      (option) => (device[option] ?? "") !== "" && !(flavour === "incus" && option.startsWith("maas.")),
    );
    if (extra !== undefined) return { text: `Cannot use "${extra}" property in conjunction with "network" property` };
    if (network === undefined) {
      const project = projectFor(owner.state, owner.project, "features.networks");
      const text = `Failed to load network "${wanted}" for project "${project}": Network not found`;
      return { text: `Failed loading device "${name}": ${text}`, status: 404 };
    }
  }
  const type = isManaged ? "bridged" : (device["nictype"] ?? "");
  if (type === "ovn") return ovnProblem(owner, name);
  if (!isNicType(type)) return { text: `Failed loading device "${name}": Unsupported device type` };
  const text =
    optionsProblem(device, nicOptions(flavour, type, isManaged)) ??
    (type === "bridged" ? bridgedProblem(owner, device, network) : undefined) ??
    (type === "routed" ? routedProblem(device) : undefined) ??
    nameProblem(owner, named);
  return text === undefined ? undefined : { text };
}

/** There is no OVN on the machine. */
function ovnProblem({ state }: DeviceOwner, name: string): DeviceProblem {
  const socket = "unix:/run/openvswitch/db.sock";
  const reason = "failed to open connection: dial unix /run/openvswitch/db.sock: connect: no such file or directory";
  const toOvs = "Failed to connect to OVS: ".repeat(3);
  const text =
    state.flavour === "lxd"
      ? 'Error loading network config for "": Network not found'
      : `Failed loading device "${name}": Failed to connect to OVN: ${toOvs}failed to connect to ${socket}: ${reason}`;
  return { text, status: 404 };
}

function bridgedProblem(owner: DeviceOwner, device: Device, network: NetworkRecord | undefined): string | undefined {
  const tagged = device["vlan.tagged"] ?? "";
  const badRange = tagged === "" ? undefined : tagged.split(",").find((range) => !isVlanRange(range.trim()));
  if (badRange !== undefined) return `Invalid VLAN range input: ${badRange.trim()}`;
  if (device["vlan"] === "0") return "VLAN ID 0 is not allowed for native Linux bridges";
  const missing = (device["security.acls"] ?? "")
    .split(",")
    .map((acl) => acl.trim())
    .find((acl) => acl !== "" && !hasAcl(owner, acl));
  if (missing !== undefined) return `Network ACL "${missing}" does not exist`;
  return network === undefined ? undefined : (ipv4Problem(device, network) ?? ipv6Problem(device, network));
}

function hasAcl({ state, project }: DeviceOwner, acl: string): boolean {
  return state.store.acls.get(projectFor(state, project, "features.networks"), acl) !== undefined;
}

function isVlanRange(range: string): boolean {
  const [first = "", last = first, ...more] = range.split("-");
  const isNumber = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 4094;
  return more.length === 0 && isNumber(first) && isNumber(last);
}

function ipv4Problem(device: Device, { name, config }: NetworkRecord): string | undefined {
  const address = device["ipv4.address"] ?? "";
  const isFiltered = isOn(device["security.ipv4_filtering"]);
  if (address === "" || (address === "none" && isFiltered)) return undefined;
  const bridge = config["ipv4.address"] ?? "none";
  if (!isFiltered && (bridge === "none" || /^(?:false|0|no|off)$/i.test(config["ipv4.dhcp"] ?? ""))) {
    return `Cannot specify "ipv4.address" when DHCP is disabled (unless using security.ipv4_filtering) on network "${name}"`;
  }
  if (address === "none") return "Cannot have ipv4.address as none unless using security.ipv4_filtering";
  if (!isInSubnet(address, bridge)) return `Device IP address "${address}" not within network "${name}" subnet`;
  if (address !== bridge.split("/")[0]) return undefined;
  return `IP address "${address}" is assigned to parent managed network device "${device["parent"] ?? ""}"`;
}

function ipv6Problem(device: Device, { name, config }: NetworkRecord): string | undefined {
  const address = device["ipv6.address"] ?? "";
  const isFiltered = isOn(device["security.ipv6_filtering"]);
  if (address === "" || isFiltered) return undefined;
  if (!isOn(config["ipv6.dhcp.stateful"])) {
    const about = 'Cannot specify "ipv6.address" when DHCP or "ipv6.dhcp.stateful" are disabled';
    return `${about} (unless using security.ipv6_filtering) on network "${name}"`;
  }
  if (address === "none") return "Cannot have ipv6.address as none unless using security.ipv6_filtering";
  const prefix = (config["ipv6.address"] ?? "").replace(/::.*$/, "");
  return address.startsWith(prefix) ? undefined : `Device IP address "${address}" not within network "${name}" subnet`;
}

function isInSubnet(address: string, subnet: string): boolean {
  const [bridge = "", length = "32"] = subnet.split("/");
  if (!isIPv4(address) || !isIPv4(bridge)) return false;
  const number = (text: string): number => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(number(address) / size) === Math.floor(number(bridge) / size);
}

function routedProblem(device: Device): string | undefined {
  for (const version of ["ipv4", "ipv6"]) {
    const isAlone = (device[`${version}.routes`] ?? "") !== "" && (device[`${version}.address`] ?? "") === "";
    if (isAlone) return `${version}.routes requires ${version}.address to be set`;
  }
  const isLoose = (device["vlan"] ?? "") !== "" && (device["parent"] ?? "") === "";
  return isLoose ? "The vlan setting can only be used when combined with a parent interface" : undefined;
}

/** No two interfaces of an instance have one name. */
function nameProblem({ kind }: DeviceOwner, { name, device, all }: NamedDevice): string | undefined {
  const own = device["name"] ?? "";
  if (kind === "profile" || own === "") return undefined;
  const isTwice = Object.entries(all).some(
    ([other, options]) => other !== name && options["type"] === "nic" && options["name"] === own,
  );
  return isTwice ? `Invalid value for device option "name": Duplicate NIC name detected "${own}"` : undefined;
}
