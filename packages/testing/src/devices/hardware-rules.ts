import type { Flavour } from "@lxdkit/protocol";
import { anyText, boolean, type ConfigRules, uint32, type ValueRule } from "../core/config-rules.ts";
import { uuid } from "../instances/config-values.ts";
import type { Device, DeviceOwner, NamedDevice } from "./device.ts";
import { optionsProblem } from "./device-options.ts";
import {
  deviceNumber,
  fileMode,
  hardwareId,
  infinibandAddress,
  interfaceName,
  mtu,
  pciAddress,
  required,
  unixId,
} from "./device-values.ts";

const file: ConfigRules = { gid: unixId, mode: fileMode, uid: unixId };
const product: ConfigRules = { productid: hardwareId, vendorid: hardwareId };

const inDev: ValueRule = (value) => (value.startsWith("/dev/") ? undefined : "Path needs to be in /dev");

const unix: ConfigRules = {
  ...file,
  major: deviceNumber,
  minor: deviceNumber,
  path: anyText,
  required: boolean,
  source: inDev,
};

/** What is wrong with a device file. */
export function unixProblem(device: Device): string | undefined {
  const problem = optionsProblem(device, { optional: unix });
  if (problem !== undefined) return problem;
  const isNamed = (device["source"] ?? "") !== "" || (device["path"] ?? "") !== "";
  return isNamed ? undefined : 'Unix device entry is missing the required "source" or "path" property';
}

/** What is wrong with a device file that comes and goes. */
export function hotplugProblem(device: Device): string | undefined {
  const problem = optionsProblem(device, { optional: { ...file, ...product, required: boolean } });
  if (problem !== undefined) return problem;
  const isNamed = (device["vendorid"] ?? "") !== "" || (device["productid"] ?? "") !== "";
  return isNamed ? undefined : "Unix hotplug devices require a vendorid or a productid";
}

const usb: Readonly<Record<Flavour, ConfigRules>> = {
  lxd: { ...file, ...product, required: boolean },
  incus: { ...file, ...product, busnum: uint32, devnum: uint32, required: boolean, serial: anyText },
};

/** What is wrong with a USB device. */
export function usbProblem(device: Device, flavour: Flavour): string | undefined {
  return optionsProblem(device, { optional: usb[flavour] });
}

const card: ConfigRules = { ...product, id: anyText, pci: pciAddress };
const mig: ConfigRules = { ...card, "mig.ci": anyText, "mig.gi": anyText, "mig.uuid": uuid };

/** What is wrong with a graphics card. */
export function gpuProblem({ state, kind }: DeviceOwner, device: Device): string | undefined {
  const type = device["gputype"] ?? "";
  if (kind === "container" && (type === "mdev" || type === "sriov")) return "Unsupported device type";
  const problem = optionsProblem(device, gpuOptions(type));
  if (problem !== undefined) return problem;
  const has = (option: string): boolean => (device[option] ?? "") !== "";
  const other = ["id", "productid", "vendorid"].find(has);
  if (has("pci") && other !== undefined) {
    return `Cannot use "${other}" when ${state.flavour === "lxd" ? "when " : ""}"pci" is set`;
  }
  const isWhole = has("mig.uuid") || (has("mig.gi") && has("mig.ci"));
  if (type === "mig" && !isWhole) return 'Either "mig.uuid" or both "mig.gi" and "mig.ci" must be set';
  return undefined;
}

function gpuOptions(type: string): { readonly needed?: ConfigRules; readonly optional: ConfigRules } {
  if (type === "mdev") return { needed: { mdev: required(anyText) }, optional: card };
  if (type === "mig") return { optional: mig };
  return type === "sriov" ? { optional: card } : { optional: { ...card, ...file } };
}

/** What is wrong with an InfiniBand port. */
export function infinibandProblem({ name, device }: NamedDevice): string | undefined {
  const type = device["nictype"] ?? "";
  if (type !== "physical" && type !== "sriov") return `Failed loading device "${name}": Unsupported device type`;
  const optional = { hwaddr: infinibandAddress, mtu, name: interfaceName };
  return optionsProblem(device, { needed: { parent: required(anyText) }, optional });
}

/** What is wrong with a PCI device. */
export function pciProblem({ kind }: DeviceOwner, device: Device): string | undefined {
  if (kind === "container") return "Unsupported device type";
  return withConfig(optionsProblem(device, { needed: { address: pciAddress } }));
}

/** What is wrong with a TPM. */
export function tpmProblem({ kind }: DeviceOwner, device: Device): string | undefined {
  const places = { path: anyText, pathrm: anyText };
  if (kind !== "container") return withConfig(optionsProblem(device, { optional: places }));
  return withConfig(optionsProblem(device, { needed: { path: required(anyText), pathrm: required(anyText) } }));
}

function withConfig(problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `Failed to validate config: ${problem}`;
}
