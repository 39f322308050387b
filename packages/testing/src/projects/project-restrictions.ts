import type { Flavour } from "@lxdkit/protocol";
import type { Config } from "../core/records.ts";
import { type Device, isOn } from "../devices/device.ts";
import type { ProjectContent, ProjectEntity } from "./project-content.ts";

/** Keys of containers that reach below what a container is. */
const lowLevel: Readonly<Record<Flavour, readonly string[]>> = {
  lxd: [
    ...["boot.host_shutdown_timeout", "linux.kernel_modules", "raw.apparmor", "raw.lxc", "raw.seccomp"],
    ...["security.devlxd.images", "security.idmap.base", "security.idmap.size"],
    ...["mount.allowed", "mount.shift", "sched_setscheduler", "sysinfo"].map(
      (key) => `security.syscalls.intercept.${key}`,
    ),
  ],
  incus: [
    ...["boot.host_shutdown_action", "boot.host_shutdown_timeout", "limits.memory.swap", "linux.kernel_modules"],
    ...["raw.apparmor", "raw.lxc", "raw.seccomp", "security.guestapi.images", "security.idmap.base"],
    ...["security.idmap.size"],
    ...["mount.allowed", "mount.shift", "sched_setscheduler"].map((key) => `security.syscalls.intercept.${key}`),
  ],
};

const devices: Readonly<Record<string, { readonly key: string; readonly text: string }>> = {
  gpu: { key: "gpu", text: "GPU devices are forbidden" },
  infiniband: { key: "infiniband", text: "Infiniband devices are forbidden" },
  pci: { key: "pci", text: "PCI devices are forbidden" },
  proxy: { key: "proxy", text: "Proxy devices are forbidden" },
  "unix-block": { key: "unix-block", text: "Unix block devices are forbidden" },
  "unix-char": { key: "unix-char", text: "Unix character devices are forbidden" },
  "unix-hotplug": { key: "unix-hotplug", text: "Unix hotplug devices are forbidden" },
  usb: { key: "usb", text: "USB devices are forbidden" },
};

/** What of a project breaks its restrictions, whether they are in force or not. */
export function restrictionProblem(content: ProjectContent, flavour: Flavour): string | undefined {
  const { project, instances, profiles } = content;
  for (const entity of [...instances, ...profiles]) {
    const rules = { flavour, config: project.config };
    const about = `${entity.type ?? ""} "${entity.name}" of project "${project.name}"`;
    const config = configProblem(rules, entity, about);
    if (config !== undefined) return config;
    for (const [name, device] of Object.entries(entity.devices)) {
      const problem = deviceProblem(rules, device);
      if (problem === undefined) continue;
      return `Invalid device "${name}" on ${entity.type === undefined ? "profile" : ""}${about}: ${problem}`;
    }
  }
  return undefined;
}

interface Rules {
  readonly flavour: Flavour;
  readonly config: Config;
}

function configProblem(rules: Rules, entity: ProjectEntity, about: string): string | undefined {
  const { flavour, config } = rules;
  const isAllowed = (key: string): boolean => config[`restricted.containers.${key}`] === "allow";
  for (const [key, value] of Object.entries(entity.config)) {
    if (entity.type === "virtual-machine") continue;
    const invalid = (reason: string): string => `Invalid value "${value}" for config "${key}" on ${about}: ${reason}`;
    if (key === "raw.idmap") {
      const at = forbiddenIdmap(rules, value);
      if (at !== undefined) return `Use of low-level "raw.idmap" element ${String(at)} on ${about} is forbidden`;
    } else if (lowLevel[flavour].includes(key)) {
      if (!isAllowed("lowlevel")) return `Use of low-level config "${key}" on ${about} is forbidden`;
    } else if (key === "security.nesting") {
      if (isOn(value) && !isAllowed("nesting")) return invalid("Container nesting is forbidden");
    } else if (key === "security.privileged") {
      if (isOn(value) && !isAllowed("privilege")) return invalid("Privileged containers are forbidden");
    } else if (key.startsWith("security.syscalls.intercept.")) {
      const isUsed = isOn(value) || key.endsWith(".fuse");
      if (isUsed && !isAllowed("interception")) return invalid("Container syscall interception is forbidden");
    }
  }
  return undefined;
}

/** The number of the first entry that maps what must not be mapped. */
function forbiddenIdmap({ config }: Rules, value: string): number | undefined {
  if (config["restricted.containers.lowlevel"] === "allow") return undefined;
  const isIn = (key: string, range: string): boolean => {
    const [first = "", last = first] = range.split("-");
    return (config[key] ?? "").split(",").some((allowed) => {
      const [start = "", end = start] = allowed.trim().split("-");
      return start !== "" && Number(first) >= Number(start) && Number(last) <= Number(end);
    });
  };
  const at = value
    .split("\n")
    .filter((line) => line !== "")
    .findIndex((line) => {
      const [type = "", host = ""] = line.split(" ");
      const kinds = type === "both" ? ["uid", "gid"] : [type];
      return !kinds.every((kind) => isIn(`restricted.idmap.${kind}`, host));
    });
  return at === -1 ? undefined : at;
}

function deviceProblem({ config }: Rules, device: Device): string | undefined {
  const { type = "" } = device;
  if (type === "nic") return nicProblem(config, device);
  if (type === "disk") return diskProblem(config, device);
  const rule = devices[type];
  return rule === undefined || config[`restricted.devices.${rule.key}`] === "allow" ? undefined : rule.text;
}

function nicProblem(config: Config, { network = "" }: Device): string | undefined {
  const mode = config["restricted.devices.nic"] || "managed";
  if (mode === "block") return "Network devices are forbidden";
  if (mode === "managed" && network === "") return "Only managed network devices are allowed";
  return network === "" || isNetworkAllowed(config, network) ? undefined : "Network not allowed in project";
}

/** Says whether a project with this configuration lets a network of the default project be used. */
export function isNetworkAllowed(config: Config, network: string): boolean {
  const access = config["restricted.networks.access"] ?? "";
  if (!isOn(config["restricted"]) || access === "") return true;
  return access.split(",").some((name) => name.trim() === network);
}

function diskProblem(config: Config, { path = "", pool = "", source = "" }: Device): string | undefined {
  const mode = config["restricted.devices.disk"] || "managed";
  // The root disk is always allowed, and so is what the server makes itself.
  if (path === "/" || (pool === "" && /^(?:cloud-init|agent):config$/.test(source))) return undefined;
  if (mode === "block") return "Disk devices are forbidden";
  if (mode === "managed") return pool === "" ? "Attaching disks not backed by a pool is forbidden" : undefined;
  const paths = config["restricted.devices.disk.paths"] ?? "";
  if (pool !== "" || paths === "") return undefined;
  const isBelow = paths.split(",").some((allowed) => `${source}/`.startsWith(`${allowed.trim().replace(/\/$/, "")}/`));
  return isBelow ? undefined : `Disk source path "${source}" not allowed`;
}
