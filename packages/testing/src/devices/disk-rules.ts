import type { Flavour } from "@lxdkit/protocol";
import { anyText, boolean, byteSize, type ConfigRules, oneOf, uint32 } from "../core/config-rules.ts";
import { type Device, type DeviceOwner, isOn, type NamedDevice } from "./device.ts";
import { optionsProblem } from "./device-options.ts";

const shared: ConfigRules = {
  "boot.priority": uint32,
  "ceph.cluster_name": anyText,
  "ceph.user_name": anyText,
  "limits.max": anyText,
  "limits.read": anyText,
  "limits.write": anyText,
  optional: boolean,
  path: anyText,
  pool: anyText,
  propagation: anyText,
  "raw.mount.options": anyText,
  readonly: boolean,
  recursive: boolean,
  required: boolean,
  shift: boolean,
  size: byteSize,
  "size.state": byteSize,
  source: anyText,
};

const diskOptions: Readonly<Record<Flavour, ConfigRules>> = {
  lxd: shared,
  incus: {
    ...shared,
    "io.bus": oneOf("nvme", "virtio-blk", "virtio-scsi", "auto", "9p", "virtiofs", "usb"),
    "io.cache": oneOf("none", "metadata", "writeback", "unsafe"),
  },
};

/** Sources that the server makes itself. */
export function isMadeSource(flavour: Flavour, source: string): boolean {
  return source === "cloud-init:config" || (source === "agent:config" && flavour === "incus");
}

/** Sources on a Ceph cluster. */
export function isCephSource(source: string): boolean {
  return source.startsWith("ceph:") || source.startsWith("cephfs:");
}

/** What is wrong with a disk. */
export function diskProblem(owner: DeviceOwner, named: NamedDevice): string | undefined {
  const { device } = named;
  const { flavour } = owner.state;
  return (
    unknownInitial(flavour, device) ??
    optionsProblem(device, { optional: diskOptions[flavour] }) ??
    placeProblem(device) ??
    pathProblem(owner, named) ??
    sourceProblem(flavour, device) ??
    containerProblem(owner, device)
  );
}

/** LXD has no options for the first content of a volume. */
function unknownInitial(flavour: Flavour, device: Device): string | undefined {
  const initial = Object.keys(device).find((option) => option.startsWith("initial."));
  return initial === undefined || flavour === "incus" ? undefined : `Invalid device option "${initial}"`;
}

function placeProblem({ path = "", source = "", pool = "", ...device }: Device): string | undefined {
  const isRoot = path === "/";
  if (source === "" && !isRoot) return 'Disk entry is missing the required "source" or "path" property';
  if (source !== "" && isRoot) return 'Root disk entry may not have a "source" property set';
  if (isRoot && pool === "") return 'Root disk entry must have a "pool" property set';
  if (!isRoot && (device["size"] ?? "") !== "") return "Only the root disk may have a size quota";
  if (!isRoot && (device["size.state"] ?? "") !== "") return "Only the root disk may have a migration size quota";
  if (isOn(device["recursive"]) && (isRoot || pool !== "")) {
    return "The recursive option is only supported for additional bind-mounted paths";
  }
  const isOnCeph = (device["ceph.cluster_name"] ?? "") !== "" || (device["ceph.user_name"] ?? "") !== "";
  if (!isOnCeph || isCephSource(source)) return undefined;
  return `Invalid options ceph.cluster_name/ceph.user_name for source "${source}"`;
}

function pathProblem({ kind }: DeviceOwner, { name, device, all }: NamedDevice): string | undefined {
  const path = device["path"] ?? "";
  // How many root disks an instance has is looked at by itself.
  if (path === "" || (path === "/" && kind !== "profile")) return undefined;
  const isTwice = Object.entries(all).some(
    ([other, options]) => other !== name && options["type"] === "disk" && options["path"] === path,
  );
  return isTwice ? `More than one disk device uses the same path "${path}"` : undefined;
}

function sourceProblem(flavour: Flavour, { source = "", pool = "", shift }: Device): string | undefined {
  if (pool === "") {
    const isFree = source === "" || source.startsWith("/") || isCephSource(source) || isMadeSource(flavour, source);
    return isFree ? undefined : "Source path must be absolute for local sources";
  }
  if (isOn(shift)) {
    return 'The "shift" property cannot be used with custom storage volumes (set "security.shifted=true" on the volume instead)';
  }
  return source.startsWith("/") ? "Storage volumes cannot be specified as absolute paths" : undefined;
}

function containerProblem({ kind }: DeviceOwner, device: Device): string | undefined {
  if (kind !== "container") return undefined;
  if ((device["io.cache"] ?? "") !== "") return "IO cache configuration cannot be applied to containers";
  return (device["io.bus"] ?? "") === "" ? undefined : "IO bus configuration cannot be applied to containers";
}
