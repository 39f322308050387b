import { isIPv4, isIPv6 } from "node:net";
import type { ValueRule } from "../core/config-rules.ts";

// Values of device options; texts measured on LXD 5.0.2 and Incus 6.0.4.

/** Refuses a missing or empty value, and then what `rule` refuses. */
export function required(rule: ValueRule): ValueRule {
  return (value) => (value === "" ? "Required value" : rule(value));
}

/** The name of a network interface. */
export const interfaceName: ValueRule = (value) => {
  const about = "Network interface";
  if (value.length < 2) return `${about} is too short (minimum 2 characters)`;
  if (value.length > 15) return `${about} is too long (maximum 15 characters)`;
  return /^[-_a-zA-Z0-9.]+$/.test(value) ? undefined : `${about} contains invalid characters`;
};

/** A MAC address. */
export const macAddress: ValueRule = (value) =>
  /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/.test(value)
    ? undefined
    : "Invalid MAC address, must be 6 bytes of hex separated by colons";

/** The hardware address of an InfiniBand port. */
export const infinibandAddress: ValueRule = (value) =>
  /^[0-9a-fA-F]{2}(?:(?::[0-9a-fA-F]{2}){7}|(?::[0-9a-fA-F]{2}){19})$/.test(value)
    ? undefined
    : "Invalid value, must be either 8 or 20 bytes of hex separated by colons";

/** The size of the largest packet. */
export const mtu: ValueRule = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid MTU "${value}"`;
  return Number(value) >= 1280 && Number(value) <= 16_384 ? undefined : `Out of MTU range (1280-16384) "${value}"`;
};

/** The number of a VLAN. */
export const vlan: ValueRule = (value) => {
  if (!/^\d+$/.test(value)) return `Invalid VLAN ID "${value}"`;
  return Number(value) <= 4094 ? undefined : `Out of VLAN ID range (0-4094) "${value}"`;
};

/** The number of a VLAN, or none at all. */
export const vlanOrNone: ValueRule = (value) => (value === "none" ? undefined : vlan(value));

/** A list of addresses of one family. */
export function addresses(version: "4" | "6"): ValueRule {
  const isAddress = version === "4" ? isIPv4 : isIPv6;
  return (value) => {
    const bad = items(value).find((item) => !isAddress(item));
    return bad === undefined ? undefined : `Item "${bad}": Not an IPv${version} address "${bad}"`;
  };
}

/** A list of networks of one family. */
export function routes(version: "4" | "6"): ValueRule {
  const isAddress = version === "4" ? isIPv4 : isIPv6;
  return (value) => {
    for (const item of items(value)) {
      const [address = "", length = ""] = item.split("/");
      if (!/^\d+$/.test(length) || (!isIPv4(address) && !isIPv6(address))) {
        return `Item "${item}": invalid CIDR address: ${item}`;
      }
      if (!isAddress(address)) return `Item "${item}": Not an IPv${version} network "${item}"`;
    }
    return undefined;
  };
}

/** An address of one family, `auto` or `none`. */
export function gateway(version: "4" | "6"): ValueRule {
  const isAddress = version === "4" ? isIPv4 : isIPv6;
  return (value) => (["auto", "none"].includes(value) || isAddress(value) ? undefined : `Invalid gateway: ${value}`);
}

/** Permissions of a file, such as `0660`. */
export const fileMode: ValueRule = (value) =>
  /^[0-7]{3,4}$/.test(value) ? undefined : "Invalid value for an octal file mode";

/** The number of a user or a group. */
export const unixId: ValueRule = (value) => (/^\d+$/.test(value) ? undefined : "Invalid value for a UNIX ID");

/** The major or minor number of a device file. */
export const deviceNumber: ValueRule = (value) =>
  /^\d+$/.test(value) ? undefined : "Invalid value for a UNIX device number";

/** The number of a vendor or a product. */
export const hardwareId: ValueRule = (value) =>
  /^[0-9a-f]{4}$/.test(value) ? undefined : "Invalid value, must be four lower case hex characters";

/** Where a device is on the PCI bus. */
export const pciAddress: ValueRule = (value) =>
  /^(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-9a-fA-F]$/.test(value) ? undefined : "Invalid PCI address";

function items(value: string): readonly string[] {
  return value.split(",").map((item) => item.trim());
}
