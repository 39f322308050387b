import type { Random } from "../core/random.ts";

/** The IPv4 addresses that instances have from DHCP. */
export interface LeasePool {
  /** Takes a free address of the bridge whose own address is `bridge` (`10.1.2.1/24`); none when all are taken. */
  take(bridge: string): string | undefined;
  /** Notes that an address is taken, as that of an instance of a saved state. */
  keep(address: string): void;
  free(address: string): void;
}

const addressesOfBridge = 253;

/** Makes a {@link LeasePool} with nothing taken. */
export function createLeasePool(random: Random): LeasePool {
  const taken = new Map<string, Set<string>>();
  const subnetOf = (address: string): string => address.slice(0, address.lastIndexOf(".") + 1);
  const keep = (address: string): void => {
    const subnet = subnetOf(address);
    const found = taken.get(subnet);
    if (found === undefined) taken.set(subnet, new Set([address]));
    else found.add(address);
  };
  return {
    keep,
    free: (address) => void taken.get(subnetOf(address))?.delete(address),
    take(bridge) {
      const subnet = subnetOf(bridge);
      const known = taken.get(subnet);
      if (known !== undefined && known.size >= addressesOfBridge) return undefined;
      // Leases come from all over the range, as dnsmasq gives them; the first one is the bridge itself.
      let last = Math.floor(random() * addressesOfBridge);
      while (known?.has(`${subnet}${String(2 + last)}`) === true) last = (last + 1) % addressesOfBridge;
      const address = `${subnet}${String(2 + last)}`;
      keep(address);
      return address;
    },
  };
}
