/** What an interface is; empty when nobody said. */
export type InterfaceType = "" | "loopback" | "ethernet" | "802.1q" | "bond" | "bridge";

/** How an interface comes to its addresses. */
export type AddressConfigType = "dhcp" | "static" | "manual" | "loopback";

/** An address of an interface. */
export interface InterfaceAddress {
  /** The address alone, for example `10.0.8.5`; missing when DHCP will tell it. */
  readonly value?: string;
  /** The network that it is in, for example `10.0.8.0/24`; missing or empty when nobody knows it. */
  readonly cidr?: string;
  /** That of the interface by default. */
  readonly configType?: AddressConfigType;
}

/** A route by an interface. Both ends are of one family. */
export interface InterfaceRoute {
  /** For example `10.0.0.0/8`. */
  readonly destinationCidr: string;
  readonly gatewayIp: string;
  /** Zero or more. */
  readonly metric: number;
}

/** A network interface as a host or a provider of networks describes it. */
export interface InterfaceInfo {
  /** What Linux calls it, for example `eth0`. */
  readonly interfaceName: string;
  readonly interfaceType?: InterfaceType;
  /** The bridge of the host that it is attached to. */
  readonly parentInterfaceName?: string;
  readonly macAddress?: string;
  /** Bytes; zero for that of the parent. */
  readonly mtu?: number;
  readonly deviceIndex?: number;
  readonly vlanTag?: number;
  readonly configType?: AddressConfigType;
  /** The first one is the primary address. */
  readonly addresses?: readonly InterfaceAddress[];
  /** Addresses under which others see it, for example floating ones. */
  readonly shadowAddresses?: readonly InterfaceAddress[];
  readonly gatewayAddress?: string;
  readonly isDefaultGateway?: boolean;
  readonly routes?: readonly InterfaceRoute[];
  readonly dnsServers?: readonly string[];
  readonly dnsSearchDomains?: readonly string[];
  readonly isDisabled?: boolean;
  /** Whether it stays down until somebody brings it up. */
  readonly noAutoStart?: boolean;
  readonly virtualPortType?: "" | "openvswitch";
  /** Who describes it: who offers the network, or the machine itself. */
  readonly origin?: "provider" | "machine";
  readonly availabilityZones?: readonly string[];
  /** The provider's own names. */
  readonly providerId?: string;
  readonly providerSubnetId?: string;
  readonly providerNetworkId?: string;
  readonly providerSpaceId?: string;
  readonly providerVlanId?: string;
  readonly providerAddressId?: string;
}
