import { Address4, Address6 } from "ip-address";

/**
 * How far an address reaches: `machine-local` (loopback), `link-local`, `cloud-local` (private ranges), `fan-local`
 * (240.0.0.0/4, Ubuntu's fan networks) or `public`.
 */
export type AddressScope = "machine-local" | "link-local" | "cloud-local" | "fan-local" | "public";

const ranges4: readonly (readonly [Address4, AddressScope])[] = (
  [
    ["127.0.0.0/8", "machine-local"],
    ["169.254.0.0/16", "link-local"],
    ["224.0.0.0/24", "link-local"],
    ["10.0.0.0/8", "cloud-local"],
    ["172.16.0.0/12", "cloud-local"],
    ["192.168.0.0/16", "cloud-local"],
    ["240.0.0.0/4", "fan-local"],
  ] as const
).map(([range, scope]) => [new Address4(range), scope]);

const ranges6: readonly (readonly [Address6, AddressScope])[] = (
  [
    ["::1/128", "machine-local"],
    ["fe80::/10", "link-local"],
    ["ff01::/16", "link-local"],
    ["ff02::/16", "link-local"],
    ["fc00::/7", "cloud-local"],
  ] as const
).map(([range, scope]) => [new Address6(range), scope]);

/**
 * The scope of an IP address by its value alone; undefined when the text is no address. Servers also report a scope,
 * but not the same one in all versions.
 */
export function addressScope(address: string): AddressScope | undefined {
  if (Address4.isValid(address)) return scopeIn(ranges4, new Address4(address));
  if (Address6.isValid(address)) {
    const parsed = new Address6(address);
    return parsed.is4() ? addressScope(parsed.to4().address) : scopeIn(ranges6, parsed);
  }
  return undefined;
}

function scopeIn<T extends { isInSubnet(range: T): boolean }>(
  ranges: readonly (readonly [T, AddressScope])[],
  address: T,
): AddressScope {
  return ranges.find(([range]) => address.isInSubnet(range))?.[1] ?? "public";
}
