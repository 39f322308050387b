import type { BodyRule } from "../area.ts";
import type { ConfigTable } from "../choices.ts";

/** Keys of instances and profiles that every server takes. */
export const instanceConfig: ConfigTable = {
  "boot.autostart": ["true", "false", "0"],
  "boot.autostart.priority": ["5", "-1"],
  "cloud-init.user-data": ["#cloud-config\n"],
  "environment.PATH": ["/bin"],
  "limits.cpu": ["1", "2", "0-1"],
  "limits.memory": ["64MiB", "50%", ""],
  "limits.processes": ["100"],
  "security.nesting": ["true", "no"],
  "snapshots.expiry": ["1d", "2w 3d"],
  "user.a": ["x", "y", ""],
  "user.b": ["1"],
};

const badConfigs: readonly Readonly<Record<string, string>>[] = [
  { "boot.autostart": "perhaps" },
  { "limits.cpu": "many" },
  { "limits.memory": "much" },
  { "limits.memory.enforce": "gently" },
  { "limits.processes": "-x" },
  { "no.such.key": "1" },
  { nokey: "1" },
  { "snapshots.expiry": "soon" },
  { "snapshots.schedule": "now and then" },
  { "security.idmap.size": "all" },
  { "boot.autostart.priority": "1.5" },
  { "raw.idmap": "nonsense" },
  { "limits.cpu.allowance": "half" },
  { "limits.network.priority": "50" },
  { "linux.sysctl.": "1" },
];

/** A configuration that no server takes. */
const badInstanceConfig: BodyRule = ({ one }) => ({ config: one(badConfigs) });

const goodDevices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  root: { type: "disk", path: "/", pool: "default" },
  eth0: { type: "nic", network: "{bridge}", name: "eth0" },
  eth1: { type: "nic", nictype: "bridged", parent: "{bridge}" },
  off: { type: "none" },
  tun: { type: "unix-char", path: "/dev/null" },
  web: { type: "proxy", listen: "tcp:127.0.0.1:18080", connect: "tcp:127.0.0.1:80" },
};

/** Devices that every server takes. */
export const devices: BodyRule = ({ some }) => some(goodDevices, 0.25);

const badDevices: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[] = [
  { d: { type: "frob" } },
  { d: {} },
  { d: { type: "disk" } },
  { d: { type: "disk", path: "/mnt" } },
  { d: { type: "disk", path: "/", pool: "default", nokey: "1" } },
  { d: { type: "nic" } },
  { d: { type: "nic", nictype: "frob", parent: "{bridge}" } },
  { d: { type: "nic", network: "{bridge}", hwaddr: "no" } },
  { d: { type: "proxy", listen: "tcp:1", connect: "tcp:127.0.0.1:80" } },
  { d: { type: "unix-char" } },
  { d: { type: "usb", vendorid: "zz" } },
  { r1: { type: "disk", path: "/", pool: "default" }, r2: { type: "disk", path: "/", pool: "default" } },
];

/** Devices that no server takes. */
export const badDevicesOrConfig: BodyRule = (choices) =>
  choices.chance(0.6) ? badInstanceConfig(choices) : { devices: choices.one(badDevices) };

const missingDevices: readonly Readonly<Record<string, Readonly<Record<string, string>>>>[] = [
  { d: { type: "nic", network: "nope" } },
  { d: { type: "nic", nictype: "bridged", parent: "nope" } },
  { root: { type: "disk", path: "/", pool: "nope" } },
  { d: { type: "disk", path: "/mnt", pool: "default", source: "nope" } },
  { d: { type: "disk", path: "/mnt", pool: "nope", source: "v1" } },
  { d: { type: "disk", path: "/mnt", source: "/no/such/folder" } },
];

/** Devices that refer to what is not there. */
export const missingInDevices: BodyRule = ({ one }) => ({ devices: one(missingDevices) });
