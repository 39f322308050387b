import type { Devices } from "@lxdkit/protocol";
import type { Device, DeviceOwner, DeviceProblem, NamedDevice } from "./device.ts";
import { optionsProblem } from "./device-options.ts";
import { diskProblem } from "./disk-rules.ts";
import {
  gpuProblem,
  hotplugProblem,
  infinibandProblem,
  pciProblem,
  tpmProblem,
  unixProblem,
  usbProblem,
} from "./hardware-rules.ts";
import { nicProblem } from "./nic-rules.ts";
import { proxyProblem } from "./proxy-rules.ts";

/** The kinds of devices. */
export const deviceTypes: readonly string[] = [
  ...["disk", "gpu", "infiniband", "nic", "none", "pci", "proxy", "tpm", "unix-block", "unix-char", "unix-hotplug"],
  "usb",
];

const longestName = 64;

/**
 * The first thing that is wrong with `devices`, of which each sees all the others. What profiles give to an instance may
 * be for another type of instances; `own` are the devices that may not.
 */
export function devicesProblem(
  owner: DeviceOwner,
  devices: Devices,
  own: Devices = devices,
): DeviceProblem | undefined {
  if (Object.keys(devices).some((name) => Buffer.byteLength(name) > longestName)) {
    return { text: `The maximum device name length is ${String(longestName)} characters` };
  }
  for (const [name, device] of Object.entries(devices)) {
    const problem = nameProblem(name) ?? deviceProblem(owner, { name, device, all: devices });
    if (problem === undefined || (own[name] === undefined && problem.text === "Unsupported device type")) continue;
    return { ...problem, text: `Device validation failed for "${name}": ${problem.text}` };
  }
  return undefined;
}

function nameProblem(name: string): DeviceProblem | undefined {
  if (name.length < 1 || name.length > 63) return { text: "Name must be 1-63 characters long" };
  if (/^[.\-/:_]/.test(name)) return { text: `Name must not start with "${name.slice(0, 1)}" character` };
  if (/^[-A-Za-z0-9/:_.]+$/.test(name)) return undefined;
  return {
    text: "Name can only contain alphanumeric, forward slash, hyphen, colon, underscore and full stop characters",
  };
}

function deviceProblem(owner: DeviceOwner, named: NamedDevice): DeviceProblem | undefined {
  const { name, device } = named;
  const { type = "" } = device;
  if (type === "") return { text: `Failed loading device "${name}": Missing device type in config` };
  if (!deviceTypes.includes(type)) return { text: `Failed loading device "${name}": Unsupported device type` };
  if (type === "nic") return nicProblem(owner, named);
  const text = problemOf(type, owner, named, device);
  return text === undefined ? undefined : { text };
}

function problemOf(type: string, owner: DeviceOwner, named: NamedDevice, device: Device): string | undefined {
  switch (type) {
    case "disk":
      return diskProblem(owner, named);
    case "gpu":
      return gpuProblem(owner, device);
    case "infiniband":
      return infinibandProblem(named);
    case "pci":
      return pciProblem(owner, device);
    case "proxy":
      return proxyProblem(device);
    case "tpm":
      return tpmProblem(owner, device);
    case "unix-block":
    case "unix-char":
      return unixProblem(device);
    case "unix-hotplug":
      return hotplugProblem(device);
    case "usb":
      return usbProblem(device, owner.state.flavour);
    default:
      return optionsProblem(device, {});
  }
}
