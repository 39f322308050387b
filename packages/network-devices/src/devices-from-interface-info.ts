import { type Devices, type InterfaceInfo, isDeviceName } from "@lxdkit/protocol";
import { hostInterfaceName } from "./host-name.ts";
import { NetworkDeviceError } from "./network-device-error.ts";

/** Options of {@link devicesFromInterfaceInfo}. */
export interface InterfaceDevicesOptions {
  /**
   * Machine whose id names the host's ends of the NICs (`host_name`), for example `1/lxd/2`. Not by default: names that
   * are known beforehand meet those of a container that has not quite gone yet.
   */
  readonly hostNamesOf?: string;
}

/** What {@link devicesFromInterfaceInfo} gives. */
export interface InterfaceDevices {
  /** Devices of type `nic`, by the name of the interface. */
  readonly devices: Devices;
  /** Parents of interfaces in a network that nobody knows the CIDR of, each once. */
  readonly unknown: readonly string[];
}

/**
 * The NICs that a container needs to have these interfaces, each bridged to its parent. Loopback interfaces are left
 * out.
 *
 * @throws {NetworkDeviceError} `INTERFACE_TYPE_UNSUPPORTED` for anything but ethernet, `INTERFACE_PARENT_MISSING`,
 * `INTERFACE_NAME_INVALID`, `INTERFACE_MTU_INVALID`, `INTERFACE_DUPLICATE` for a second one of the same name.
 */
export function devicesFromInterfaceInfo(
  interfaces: readonly InterfaceInfo[],
  { hostNamesOf = "" }: InterfaceDevicesOptions = {},
): InterfaceDevices {
  const devices: Record<string, Readonly<Record<string, string>>> = {};
  const unknown = new Set<string>();
  const wanted = interfaces.filter(({ interfaceType }) => interfaceType !== "loopback");
  for (const [index, info] of wanted.entries()) {
    const { interfaceName, addresses = [] } = info;
    const parent = checkInterface(info);
    if (Object.hasOwn(devices, interfaceName)) {
      throw new NetworkDeviceError(`there are two interfaces ${interfaceName}`, {
        code: "INTERFACE_DUPLICATE",
        hint: "Give each interface of a container a name of its own.",
      });
    }
    if ((addresses[0]?.cidr ?? "") === "") unknown.add(parent);
    const hostName = hostNamesOf === "" ? {} : { host_name: hostInterfaceName(hostNamesOf, index) };
    devices[interfaceName] = { ...nicOf(info, parent), ...hostName };
  }
  return { devices, unknown: [...unknown] };
}

/** Checks one interface and gives its parent. */
function checkInterface({
  interfaceName,
  interfaceType = "",
  parentInterfaceName = "",
  mtu = 0,
}: InterfaceInfo): string {
  const step = `translate the interface ${interfaceName}`;
  const bad = (message: string, code: string, hint: string): NetworkDeviceError =>
    new NetworkDeviceError(message, { code, hint, step });
  if (interfaceType !== "ethernet") {
    const hint = "Containers have ethernet interfaces; leave the others to the host.";
    throw bad(`interface type "${interfaceType}" not supported`, "INTERFACE_TYPE_UNSUPPORTED", hint);
  }
  if (parentInterfaceName === "") {
    throw bad("parent interface name is empty", "INTERFACE_PARENT_MISSING", "Name the host's bridge as the parent.");
  }
  for (const name of [interfaceName, parentInterfaceName]) {
    if (isDeviceName(name)) continue;
    const hint = "Use 1 to 15 characters without white space, / and #.";
    throw bad(`${JSON.stringify(name)} cannot be the name of an interface`, "INTERFACE_NAME_INVALID", hint);
  }
  if (!Number.isSafeInteger(mtu) || mtu < 0) {
    throw bad(`${String(mtu)} is not an MTU`, "INTERFACE_MTU_INVALID", "Give bytes, or zero for that of the parent.");
  }
  return parentInterfaceName;
}

function nicOf(
  { interfaceName, macAddress = "", mtu = 0 }: InterfaceInfo,
  parent: string,
): Readonly<Record<string, string>> {
  return {
    type: "nic",
    nictype: "bridged",
    name: interfaceName,
    parent,
    ...(macAddress === "" ? {} : { hwaddr: macAddress }),
    ...(mtu > 0 ? { mtu: String(mtu) } : {}),
  };
}
