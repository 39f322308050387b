import type { Devices } from "@lxdkit/protocol";
import { createMacAddress, type MacAddressOptions } from "./mac-address.ts";
import { NetworkDeviceError } from "./network-device-error.ts";

const nicNames: readonly string[] = Array.from({ length: 100 }, (_, index) => `eth${String(index)}`);

/** The devices of type `nic`, sorted by name. */
export function nicsOf(devices: Devices): Devices {
  return Object.fromEntries(
    Object.entries(devices)
      .filter(([, { type }]) => type === "nic")
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The devices of type `nic`, sorted by name; one without `hwaddr` gets a new one that no other has. */
export function nicsWithAddresses(devices: Devices, options: MacAddressOptions = {}): Devices {
  const nics = Object.entries(nicsOf(devices));
  const taken = new Set([...(options.taken ?? []), ...nics.map(([, { hwaddr = "" }]) => hwaddr.toLowerCase())]);
  return Object.fromEntries(
    nics.map(([name, nic]) => {
      if ((nic["hwaddr"] ?? "") !== "") return [name, nic];
      const hwaddr = createMacAddress({ ...options, taken });
      taken.add(hwaddr);
      return [name, { ...nic, hwaddr }];
    }),
  );
}

/**
 * The first of `eth0` to `eth99` that no device has.
 *
 * @throws {NetworkDeviceError} `NIC_NAMES_EXHAUSTED`.
 */
export function freeNicName(devices: Devices): string {
  const free = nicNames.find((name) => !Object.hasOwn(devices, name));
  if (free !== undefined) return free;
  throw new NetworkDeviceError("all names from eth0 to eth99 are taken", {
    code: "NIC_NAMES_EXHAUSTED",
    hint: "Remove a device, or name the new one yourself.",
  });
}
