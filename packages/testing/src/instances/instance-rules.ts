import { type Flavour, isInstanceName } from "@lxdkit/protocol";
import type { FakeState, InstanceRecord } from "../core/fake-state.ts";
import { expandedDevices } from "./instance-expansion.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";

/** Refuses a name with the server's own reason; measured on LXD 5.0.2 and Incus 6.0.4. */
export function checkName(name: string, flavour: Flavour): void {
  if (name.includes("/")) throw new Refusal(400, 'The character "/" is reserved for snapshots');
  if (isInstanceName(name, flavour)) return;
  throw new Refusal(400, `Invalid instance name: ${reason(name, flavour)}`);
}

function reason(name: string, flavour: Flavour): string {
  if (name.length < 1 || name.length > 63) return "Name must be 1-63 characters long";
  if (!/^[A-Za-z0-9-]*$/.test(name)) return "Name can only contain alphanumeric and hyphen characters";
  if (name.startsWith("-")) return 'Name must not start with "-" character';
  if (name.endsWith("-")) return 'Name must not end with "-" character';
  return flavour === "lxd" ? "Name must not start with a number" : "Name cannot be a number";
}

const prefixes = [
  "agent",
  "boot",
  "cloud-init",
  "cluster",
  "environment",
  "image",
  "limits",
  "linux",
  "migration",
  "nvidia",
  "raw",
  "security",
  "snapshots",
  "user",
  "volatile",
];

const deviceTypes = [
  "disk",
  "gpu",
  "infiniband",
  "nic",
  "none",
  "pci",
  "proxy",
  "tpm",
  "unix-block",
  "unix-char",
  "unix-hotplug",
  "usb",
];

/** Refuses configuration and devices that no server takes; the message says what is wrong. */
export function checkConfiguration(
  state: FakeState,
  instance: Pick<InstanceRecord, "config" | "devices" | "profiles">,
): void {
  for (const key of Object.keys(instance.config)) {
    const [prefix = "", rest] = key.split(".", 2);
    if (rest === undefined || !prefixes.includes(prefix)) {
      throw new OperationFailure(`Unknown configuration key: ${key}`);
    }
  }
  const cpu = instance.config["limits.cpu"] ?? "";
  if (cpu !== "" && !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(cpu)) throw new OperationFailure("Invalid CPU limit syntax");
  for (const { type = "" } of Object.values(instance.devices)) {
    if (deviceTypes.includes(type)) continue;
    throw new OperationFailure(`Invalid device type ${state.flavour === "lxd" ? type : JSON.stringify(type)}`);
  }
}

/** Refuses an instance without a root disk. */
export function checkRootDisk(state: FakeState, instance: Pick<InstanceRecord, "devices" | "profiles">): void {
  const devices = Object.values(expandedDevices(state, instance));
  if (devices.some((device) => device["type"] === "disk" && device["path"] === "/")) return;
  const verb = state.flavour === "lxd" ? "initialising" : "initializing";
  throw new OperationFailure(`Failed ${verb} instance: Failed getting root disk: No root device could be found`);
}
