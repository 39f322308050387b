import {
  createMacAddress,
  devicesFromInterfaceInfo,
  type InterfaceDevices,
  type InterfaceInfo,
  interfaceInfoFromDevices,
  isDeviceName,
  nicsOf,
} from "@lxdkit/network-devices";
import type { Devices } from "@lxdkit/protocol";
import type { Server } from "@lxdkit/server";
import { ManagerError } from "../manager-error.ts";
import type { NetworkConfig } from "./network-config.ts";

/** Where MAC addresses and the NICs of profiles come from: each read once for all machines that are made together. */
export interface NicSources {
  /** The NICs of the profile `default`. */
  profileNics(signal: AbortSignal | undefined): Promise<Devices>;
  /** A MAC address that no instance of the server has, and that was given to nobody else. */
  macAddress(signal: AbortSignal | undefined): Promise<string>;
}

/** Makes {@link NicSources}. */
export function createNicSources(server: Server, random: ((size: number) => Uint8Array) | undefined): NicSources {
  const nics = once((signal) => server.profileDevices(["default"], { signal }).then(nicsOf));
  const addresses = once((signal) => server.macAddresses({ signal }));
  return {
    profileNics: nics,
    async macAddress(signal) {
      const taken = await addresses(signal);
      const address = createMacAddress({ taken, ...(random && { random }) });
      taken.add(address);
      return address;
    },
  };
}

/** Does work once; a failure is not kept. */
function once<T>(
  work: (signal: AbortSignal | undefined) => Promise<T>,
): (signal: AbortSignal | undefined) => Promise<T> {
  let done: Promise<T> | undefined;
  return (signal) => {
    if (done === undefined) {
      const begun = work(signal);
      done = begun;
      begun.catch(() => {
        if (done === begun) done = undefined;
      });
    }
    return done;
  };
}

/** The NICs of a machine, and how it is to configure them. */
export interface MachineNics {
  readonly devices: Devices;
  /** Bridges in networks that nobody knows the CIDR of. */
  readonly unknown: readonly string[];
  readonly interfaces: readonly InterfaceInfo[];
}

/** What {@link machineNics} goes by. */
export interface MachineNicsOptions {
  readonly sources: NicSources;
  /** The devices of the same machine's container that is there already; their MAC addresses are kept. */
  readonly present?: Devices | undefined;
  /** Names the host's ends of the NICs after this machine. */
  readonly hostNamesOf?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The NICs of a machine: of its interfaces, else one on the bridge that is named, else those of the profile `default`.
 * The configuration stays as it is.
 *
 * @throws {NetworkDeviceError} the codes of {@link devicesFromInterfaceInfo}.
 * @throws {ManagerError} `NETWORK_CONFIG_INVALID`.
 */
export async function machineNics(
  network: Partial<NetworkConfig>,
  { sources, present = {}, hostNamesOf, signal }: MachineNicsOptions,
): Promise<MachineNics> {
  const { interfaces = [], device = "", mtu = 0 } = network;
  if (interfaces.length > 0) {
    const made: InterfaceDevices = devicesFromInterfaceInfo(
      interfaces,
      hostNamesOf === undefined ? {} : { hostNamesOf },
    );
    return { ...made, interfaces };
  }
  const wanted = device === "" ? await sources.profileNics(signal) : { eth0: bridgeNic(device, mtu, hostNamesOf) };
  const devices: Record<string, Readonly<Record<string, string>>> = {};
  for (const [name, nic] of Object.entries(wanted)) {
    const { hwaddr = "" } = nic;
    const kept = present[name]?.["hwaddr"] ?? "";
    const address = hwaddr === "" ? kept || (await sources.macAddress(signal)) : hwaddr;
    devices[name] = { ...nic, hwaddr: address };
  }
  return { devices, unknown: [], interfaces: interfaceInfoFromDevices(devices) };
}

/** A NIC on a bridge of the host; named on the host as interfaces are. */
function bridgeNic(parent: string, mtu: number, hostNamesOf: string | undefined): Readonly<Record<string, string>> {
  if (!isDeviceName(parent) || !Number.isSafeInteger(mtu) || mtu < 0) {
    throw new ManagerError(`no NIC can be on ${JSON.stringify(parent)} with an MTU of ${String(mtu)}`, {
      code: "NETWORK_CONFIG_INVALID",
      hint: "Name a bridge of the host with 1 to 15 characters, and an MTU in bytes, or zero for the bridge's.",
    });
  }
  const info: InterfaceInfo = { interfaceName: "eth0", interfaceType: "ethernet", parentInterfaceName: parent, mtu };
  const { devices } = devicesFromInterfaceInfo([info], hostNamesOf === undefined ? {} : { hostNamesOf });
  return devices["eth0"] ?? {};
}
