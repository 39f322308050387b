import type { Devices, InterfaceInfo } from "@lxdkit/protocol";
import { NetworkDeviceError } from "./network-device-error.ts";

/**
 * The interfaces that a container with these NICs has, sorted by name. A NIC is called what the container calls it
 * (`name`), else by its key; its parent is the bridge (`parent`) or the managed network (`network`).
 *
 * @throws {NetworkDeviceError} `INTERFACE_MTU_INVALID`.
 */
export function interfaceInfoFromDevices(nics: Devices): InterfaceInfo[] {
  return Object.entries(nics)
    .map(([key, nic]) => ({
      interfaceName: textOf(nic["name"], key),
      parentInterfaceName: textOf(nic["parent"], nic["network"] ?? ""),
      ...(textOf(nic["hwaddr"], "") === "" ? {} : { macAddress: textOf(nic["hwaddr"], "") }),
      ...mtuOf(key, nic["mtu"]),
      interfaceType: "" as const,
      configType: "dhcp" as const,
      origin: "provider" as const,
    }))
    .sort((a, b) => (a.interfaceName < b.interfaceName ? -1 : a.interfaceName > b.interfaceName ? 1 : 0));
}

function textOf(value: string | undefined, otherwise: string): string {
  return value === undefined || value === "" ? otherwise : value;
}

function mtuOf(key: string, text: string | undefined): { readonly mtu?: number } {
  if (text === undefined || text === "") return {};
  if (/^\d{1,9}$/.test(text)) return { mtu: Number(text) };
  throw new NetworkDeviceError(`parsing device MTU of ${key}: ${JSON.stringify(text)} is not a number`, {
    code: "INTERFACE_MTU_INVALID",
    hint: "Give bytes as a whole number.",
  });
}
