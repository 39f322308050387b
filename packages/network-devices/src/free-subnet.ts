import { Address4 } from "ip-address";
import { NetworkDeviceError } from "./network-device-error.ts";

/** Options of {@link freeSubnet}. */
export interface FreeSubnetOptions {
  /** Addresses, addresses with prefix lengths and subnets that are in use: of interfaces and of routes. */
  readonly used: readonly string[];
  /** A whole number from 0 up to, not including, the limit; `Math.random` by default. */
  readonly random?: ((limit: number) => number) | undefined;
}

/** The second number of each candidate's range, in the order of preference; 10.0 is where LXD's own bridges were. */
const ranges: readonly string[] = [
  "10.0",
  ...Array.from({ length: 16 }, (_, at) => `172.${String(16 + at)}`),
  "192.168",
];

/**
 * An IPv4 subnet with 24 bits that is not in use, as `10.0.4.0/24`: of `10.0.0.0/16` in random order, then of
 * `172.16.0.0/12`, then of `192.168.0.0/16`. A route to everything counts as none; IPv6 is passed over.
 *
 * @throws {NetworkDeviceError} `NO_FREE_SUBNET`.
 */
export function freeSubnet({ used, random = anyBelow }: FreeSubnetOptions): string {
  const taken = used.flatMap(rangeOf);
  const isFree = (subnet: string): boolean =>
    rangeOf(subnet).every(({ from, to }) => taken.every((other) => to < other.from || from > other.to));
  for (const range of ranges) {
    const numbers = Array.from({ length: 255 }, (_, at) => at);
    while (numbers.length > 0) {
      const [number = 0] = numbers.splice(random(numbers.length), 1);
      const subnet = `${range}.${String(number)}.0/24`;
      if (isFree(subnet)) return subnet;
    }
  }
  throw new NetworkDeviceError("could not find unused subnet: all private IPv4 ranges are in use on this host", {
    code: "NO_FREE_SUBNET",
    hint: "Name a subnet for the bridge, or remove a route that covers all of them.",
  });
}

/** Says whether two of these share an address; what is no IPv4 shares none. */
export function subnetsOverlap(one: string, other: string): boolean {
  return rangeOf(one).some((a) => rangeOf(other).some((b) => a.from <= b.to && b.from <= a.to));
}

function rangeOf(text: string): readonly { readonly from: bigint; readonly to: bigint }[] {
  if (!Address4.isValid(text)) return [];
  const address = new Address4(text);
  if (address.subnetMask === 0) return [];
  return [{ from: address.startAddress().bigInt(), to: address.endAddress().bigInt() }];
}

function anyBelow(limit: number): number {
  return Math.floor(Math.random() * limit);
}
