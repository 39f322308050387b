import { isIPv4 } from "node:net";
import type { NetworkInterfaceInfo } from "node:os";

/** A network interface of a fake host. */
export interface FakeInterface {
  /** Addresses with their prefix lengths, for example `10.1.2.3/24` and `fe80::1/64`; none by default. */
  readonly addresses?: readonly string[];
  /** `00:16:3e:00:00:00` by default. */
  readonly mac?: string;
  /** Whether it is the loopback interface; false by default. */
  readonly isInternal?: boolean;
}

/** An interface in the form of `os.networkInterfaces()`. */
export function interfaceInfos(one: FakeInterface): readonly NetworkInterfaceInfo[] {
  const { addresses = [], mac = "00:16:3e:00:00:00", isInternal: internal = false } = one;
  return addresses.map((cidr): NetworkInterfaceInfo => {
    const [address = "", length = ""] = cidr.split("/");
    const prefix = Number(length);
    const common = { address, mac, internal, cidr };
    if (isIPv4(address)) return { ...common, family: "IPv4", netmask: netmask4(prefix) };
    const scopeid = address.toLowerCase().startsWith("fe80:") ? 2 : 0;
    return { ...common, family: "IPv6", netmask: netmask6(prefix), scopeid };
  });
}

function netmask4(prefix: number): string {
  return bytesOfMask(prefix, 4).join(".");
}

function netmask6(prefix: number): string {
  const bytes = bytesOfMask(prefix, 16);
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  const filled = groups.filter((group) => group !== "0");
  return filled.length === 8 ? groups.join(":") : `${filled.join(":")}::`;
}

function bytesOfMask(prefix: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => {
    const bits = Math.min(8, Math.max(0, prefix - 8 * at));
    return 256 - 2 ** (8 - bits);
  });
}
