import type { InterfaceInfo } from "@lxdkit/network-devices";

/** The type of network in which containers are on a bridge of the host. */
export const bridgeNetwork = "bridge";

/** How the network of a container is configured. */
export interface NetworkConfig {
  /** For example {@link bridgeNetwork}; not looked at. */
  readonly networkType: string;
  /** The host's bridge for a container without interfaces; empty for the NICs of the profile `default`. */
  readonly device: string;
  /** Bytes; zero for that of the bridge. */
  readonly mtu: number;
  readonly interfaces: readonly InterfaceInfo[];
}

/** The interface of a container of which nothing is known: `eth0`, by DHCP. It has no parent. */
export function fallbackInterfaceInfo(): InterfaceInfo[] {
  return [{ interfaceName: "eth0", interfaceType: "ethernet", configType: "dhcp" }];
}

/** The configuration of a container on this bridge; without interfaces it has the fallback's. */
export function bridgeNetworkConfig(
  device: string,
  mtu: number,
  interfaces: readonly InterfaceInfo[] = [],
): NetworkConfig {
  return {
    networkType: bridgeNetwork,
    device,
    mtu,
    interfaces: interfaces.length > 0 ? interfaces : fallbackInterfaceInfo(),
  };
}
