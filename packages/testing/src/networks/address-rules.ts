import { isIP, isIPv4, isIPv6 } from "node:net";
import type { ValueRule } from "../core/config-rules.ts";

// Rules for addresses in configurations, in the servers' own words.

/** An address of either version. */
export const ipAddress: ValueRule = (value) => (isIP(value) !== 0 ? undefined : `Not an IP address "${value}"`);

/** An IPv4 address. */
export const ipv4Address: ValueRule = (value) => (isIPv4(value) ? undefined : `Not an IPv4 address "${value}"`);

/** An IPv6 address. */
export const ipv6Address: ValueRule = (value) => (isIPv6(value) ? undefined : `Not an IPv6 address "${value}"`);

/** An address with the length of its prefix, or undefined. */
function parseCidr(value: string): { readonly address: string; readonly length: number } | undefined {
  const [, address = "", digits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(value) ?? [];
  const length = Number(digits);
  if (isIP(address) === 0 || length > (isIPv4(address) ? 32 : 128)) return undefined;
  return { address, length };
}

/** The address of an interface with its prefix length: neither that of the network nor one that is alone. */
export function interfaceAddress(version: "4" | "6"): ValueRule {
  return (value) => {
    const found = parseCidr(value);
    if (found === undefined) return `invalid CIDR address: ${value}`;
    const { address, length } = found;
    if (isIPv4(address) !== (version === "4")) return `Not an IPv${version} address "${value}"`;
    const hostBits = (version === "4" ? 32 : 128) - length;
    const isUsable = hostBits > 0 && hostPart(address, hostBits) !== 0n;
    return isUsable ? undefined : `Not a usable IPv${version} address "${value}"`;
  };
}

/** A network with its prefix length. */
export function networkAddress(version: "4" | "6"): ValueRule {
  return (value) => {
    const found = parseCidr(value);
    if (found === undefined) return `invalid CIDR address: ${value}`;
    const { address, length } = found;
    if (isIPv4(address) !== (version === "4")) return `Not an IPv${version} network "${value}"`;
    const hostBits = (version === "4" ? 32 : 128) - length;
    return hostPart(address, hostBits) === 0n ? undefined : `Not an IPv${version} network address "${value}"`;
  };
}

/** Two addresses with a dash between them. */
export function addressRange(version: "4" | "6"): ValueRule {
  const address = version === "4" ? ipv4Address : ipv6Address;
  return (value) => {
    const ends = value.split("-");
    if (ends.length !== 2) return "IP range must contain start and end IP addresses";
    const [start = "", end = ""] = ends.map((text) => text.trim());
    return address(start) ?? address(end);
  };
}

/** Values with commas between them, each of which fits `rule`. */
export function listOf(rule: ValueRule): ValueRule {
  return (value) => {
    for (const item of value.split(",").map((text) => text.trim())) {
      const reason = rule(item);
      if (reason !== undefined) return `Item "${item}": ${reason}`;
    }
    return undefined;
  };
}

/** The address as a number. */
function addressNumber(address: string): bigint {
  if (isIPv4(address)) return address.split(".").reduce((total, byte) => total * 256n + BigInt(byte), 0n);
  const [head = "", tail] = address.split("::");
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":").flatMap(mappedGroups));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => "0");
  return [...first, ...zeros, ...last].reduce((total, group) => total * 65_536n + BigInt(`0x${group}`), 0n);
}

/** The last 32 bits of an IPv6 address may be written like an IPv4 address. */
function mappedGroups(group: string): readonly string[] {
  if (!isIPv4(group)) return [group];
  const number = Number(addressNumber(group));
  return [Math.floor(number / 65_536).toString(16), (number % 65_536).toString(16)];
}

function hostPart(address: string, bits: number): bigint {
  return addressNumber(address) % 2n ** BigInt(bits);
}

/** Says whether `address` belongs to the subnet of `cidr`. */
export function isInSubnet(cidr: string, address: string): boolean {
  const found = parseCidr(cidr);
  if (found === undefined || isIP(address) !== isIP(found.address)) return false;
  const size = 2n ** BigInt((isIPv4(address) ? 32 : 128) - found.length);
  return addressNumber(address) / size === addressNumber(found.address) / size;
}
