import { addressScope, type AddressScope } from "@lxdkit/network-devices";
import type { InstanceState } from "@lxdkit/protocol";

/** An address at which a container can be reached from elsewhere. */
export interface ContainerAddress {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  readonly scope: AddressScope;
  /** Name of the interface inside the container. */
  readonly interface: string;
}

/** Bridges that a container makes for containers of its own: their addresses do not lead to it. */
const innerBridges: ReadonlySet<string> = new Set(["lxcbr0", "lxdbr0", "incusbr0"]);

/**
 * The addresses of a container that others can use: neither loopback nor link-local, nor those of bridges inside it.
 * Sorted by interface, IPv4 first, so that the first one is stable.
 */
export function containerAddresses(state: InstanceState): ContainerAddress[] {
  return Object.entries(state.network)
    .filter(([name]) => !innerBridges.has(name))
    .flatMap(([name, { addresses }]) =>
      addresses.flatMap(({ address }): ContainerAddress[] => {
        const scope = addressScope(address);
        if (scope === undefined || scope === "machine-local" || scope === "link-local") return [];
        return [{ address, family: address.includes(":") ? "ipv6" : "ipv4", scope, interface: name }];
      }),
    )
    .toSorted(
      (a, b) => compare(a.interface, b.interface) || compare(a.family, b.family) || compare(a.address, b.address),
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
