import type { Devices } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { expandedDevices } from "../instances/instance-expansion.ts";
import { projectFor } from "../projects/project-scope.ts";
import type { Device, DeviceProblem } from "./device.ts";

/** The instance whose interface is looked at, with all its devices. */
export type ConnectedInstance = Pick<InstanceRecord, "project" | "name" | "config"> & { readonly all: Devices };

/** The network or the interface of the machine that a device is on; empty for one that is on none. */
function linkOf({ type = "", nictype = "", network = "", parent = "" }: Device): string {
  const isShared = network !== "" || nictype === "bridged" || nictype === "macvlan";
  return type === "nic" && isShared ? network || parent : "";
}

/** What of a network interface another one on the same network has already: the name in the DNS, the MAC or the IP. */
export function conflictProblem(
  state: FakeState,
  instance: ConnectedInstance,
  name: string,
  device: Device,
): DeviceProblem | undefined {
  const link = linkOf(device);
  const isBridged = (device["network"] ?? "") !== "" || device["nictype"] === "bridged";
  if (link === "" || !isBridged) return undefined;
  const scope = projectFor(state, instance.project, "features.networks");
  const others = state.store.instances
    .all()
    .filter((other) => projectFor(state, other.project, "features.networks") === scope && !isSame(other, instance));
  return (
    nameConflict(state, instance, name, link, others) ?? addressConflict(state, instance, name, device, link, others)
  );
}

function isSame(a: Pick<InstanceRecord, "project" | "name">, b: Pick<InstanceRecord, "project" | "name">): boolean {
  return a.name === b.name && a.project === b.project;
}

function nameConflict(
  state: FakeState,
  instance: ConnectedInstance,
  name: string,
  link: string,
  others: readonly InstanceRecord[],
): DeviceProblem | undefined {
  const own = Object.entries(instance.all).find(([other, options]) => other !== name && linkOf(options) === link);
  const about = `Instance DNS name "${instance.name}"`;
  if (own !== undefined && state.flavour === "incus") {
    const text = `${about} conflict between "${name}" and "${own[0]}" because both are connected to same network`;
    return { text, status: 409 };
  }
  const isTaken =
    own !== undefined ||
    others.some((other) => other.name === instance.name && isOn(expandedDevices(state, other), link));
  return isTaken ? { text: `${about} already used on network`, status: 409 } : undefined;
}

function isOn(devices: Devices, link: string): boolean {
  return Object.values(devices).some((device) => linkOf(device) === link);
}

function addressConflict(
  state: FakeState,
  instance: ConnectedInstance,
  name: string,
  device: Device,
  link: string,
  others: readonly InstanceRecord[],
): DeviceProblem | undefined {
  const mac = (device["hwaddr"] || instance.config[`volatile.${name}.hwaddr`] || "").toLowerCase();
  const ip = device["ipv4.address"] || "none";
  // Generated addresses differ but in what came back from a backup, so most instances need no closer look.
  const isOwn = (device["hwaddr"] ?? "") !== "";
  for (const other of others) {
    const isFar = isPlain(other.devices) && !(state.flavour === "incus" && hasAddress(other, mac));
    if (!isOwn && ip === "none" && isFar) continue;
    for (const [key, options] of Object.entries(expandedDevices(state, other))) {
      if (linkOf(options) !== link) continue;
      const taken = (options["hwaddr"] || other.config[`volatile.${key}.hwaddr`] || "").toLowerCase();
      if (mac !== "" && taken === mac) {
        return { text: `MAC address "${mac}" already defined on another NIC`, status: 409 };
      }
      if (ip !== "none" && options["ipv4.address"] === ip) {
        return { text: `IP address "${ip}" already defined on another NIC`, status: 409 };
      }
    }
  }
  return undefined;
}

function hasAddress({ config }: InstanceRecord, mac: string): boolean {
  for (const key in config) if (key.endsWith(".hwaddr") && config[key] === mac) return true;
  return false;
}

function isPlain(devices: Devices): boolean {
  for (const name in devices) if (devices[name]?.["type"] === "nic") return false;
  return true;
}
