import { statSync } from "node:fs";
import type { Devices } from "@lxdkit/protocol";
import { byteSize } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { loopback } from "../networks/loopback.ts";
import { projectFor } from "../projects/project-scope.ts";
import { type Device, type DeviceProblem, isOn } from "./device.ts";
import { isCephSource, isMadeSource } from "./disk-rules.ts";
import { readProxyEnd } from "./proxy-rules.ts";

/** What keeps a device of a container, all of which is right, from being switched on: the machine does not have it. */
export function startProblem(
  state: FakeState,
  project: string,
  device: Device,
  all: Devices,
): DeviceProblem | undefined {
  const { type = "", required } = device;
  switch (type) {
    case "disk":
      return diskProblem(state, device);
    case "gpu":
      return device["gputype"] === "mig"
        ? { text: "nvidia.runtime must be set to true for MIG GPUs to work" }
        : { text: "Failed to detect requested GPU device" };
    case "infiniband":
    case "nic":
      return nicProblem(state, project, device);
    case "proxy":
      return proxyProblem(device, all);
    case "tpm":
      return { text: "Failed to validate environment: Required tool 'swtpm' is missing" };
    case "unix-block":
    case "unix-char":
      return unixProblem(type, device);
    case "unix-hotplug":
      return isOn(required) ? { text: "Required Unix Hotplug device not found" } : undefined;
    case "usb":
      return isOn(required) ? { text: "Required USB device not found" } : undefined;
    default:
      return undefined;
  }
}

/** Says whether a device can be added only to an instance that is off. */
export function isColdOnly({ type = "", nictype = "", gputype = "" }: Device): boolean {
  return (type === "nic" && nictype === "ipvlan") || (type === "gpu" && gputype === "mig");
}

const propagations = ["", "private", "shared", "slave", "unbindable", "rprivate", "rshared", "rslave", "runbindable"];

/** The first limit of a disk that makes no sense. */
export function diskLimitProblem(all: Devices): string | undefined {
  const limits = Object.values(all).flatMap((device) =>
    device["type"] === "disk" ? ["limits.max", "limits.read", "limits.write"].map((key) => device[key] ?? "") : [],
  );
  const bad = limits.find((limit) => limit !== "" && !/^\d+iops$/.test(limit) && byteSize(limit) !== undefined);
  return bad === undefined ? undefined : byteSize(bad);
}

function diskProblem({ flavour }: FakeState, device: Device): DeviceProblem | undefined {
  const { source = "", propagation = "", pool = "" } = device;
  const [, folder] = /^[^/]*\/(.*)$/.exec(source) ?? [];
  if (pool !== "" && folder !== undefined) {
    return { text: `Failed opening volume sub-path "${folder}": no such file or directory`, status: 404 };
  }
  if (isMadeSource(flavour, source)) {
    return { text: `disks with source=${source} are only supported by virtual machines` };
  }
  if (isCephSource(source)) {
    const config = "/etc/ceph/ceph.conf";
    const tool =
      'Failed to run: ceph --format json --cluster ceph fsid: exec: "ceph": executable file not found in $PATH';
    return flavour === "lxd"
      ? { text: `Failed to open "${config}": open ${config}: no such file or directory` }
      : { text: `Couldn't get fsid for "ceph": ${tool}` };
  }
  return propagations.includes(propagation) ? undefined : { text: `Invalid propagation mode "${propagation}"` };
}

function nicProblem(state: FakeState, project: string, device: Device): DeviceProblem | undefined {
  const { type = "", nictype = "", network = "", parent = "" } = device;
  const networks = projectFor(state, project, "features.networks");
  const isHere = parent === loopback.name || state.store.networks.get(networks, parent) !== undefined;
  if (network === "" && parent !== "" && !isHere) {
    const isQuoted = type === "nic" && (nictype === "bridged" || nictype === "sriov");
    return { text: `Parent device ${isQuoted ? `"${parent}"` : `'${parent}'`} doesn't exist` };
  }
  const limits = ["limits.max", "limits.ingress", "limits.egress"].map((key) => device[key] ?? "");
  const bad = limits.find((limit) => limit !== "" && !/^\d+(?:[kMGTPE]i?)?(?:bit)?$/.test(limit));
  return bad === undefined ? undefined : { text: `Invalid value: ${bad}` };
}

function proxyProblem(device: Device, all: Devices): DeviceProblem | undefined {
  if (!isOn(device["nat"])) return undefined;
  const connect = readProxyEnd(device["connect"] ?? "");
  if (typeof connect === "string") return undefined;
  const family = connect.address.includes(":") ? "IPv6" : "IPv4";
  const fixed = Object.values(all).flatMap((other) =>
    other["type"] === "nic" ? (other[`${family.toLowerCase()}.address`] ?? []) : [],
  );
  if (fixed.includes(connect.address)) return undefined;
  const isAny = ["", "0.0.0.0", "::"].includes(connect.address);
  if (!isAny)
    return { text: `Connect IP "${connect.address}" must be one of the instance's static ${family} addresses` };
  if (fixed.length > 0) return undefined;
  return { text: `Instance has no static ${family} address assigned to be used as the connect IP` };
}

function unixProblem(type: string, device: Device): DeviceProblem | undefined {
  const { source = "", path = "", major = "", minor = "", required } = device;
  if (major !== "" && minor !== "") return undefined;
  const isNeeded = required === undefined || required === "" || isOn(required);
  const found = statSync(source || path, { throwIfNoEntry: false });
  if (found === undefined) {
    const text = "The required device path doesn't exist and the major and minor settings are not specified";
    return isNeeded ? { text } : undefined;
  }
  const fits = type === "unix-char" ? found.isCharacterDevice() : found.isBlockDevice();
  return fits || !isNeeded ? undefined : { text: `Path specified is not a ${type} device` };
}
