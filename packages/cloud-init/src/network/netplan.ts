/** A route in netplan's own words. */
export interface NetplanRoute {
  /** A network, for example `10.0.0.0/8`; `0.0.0.0/0` and `::/0` for all that no other route is for. */
  readonly to: string;
  readonly via: string;
  readonly metric?: number;
  /** The gateway is reached though it is in no network of the interface. */
  readonly "on-link"?: true;
}

/** An interface in netplan's own words. */
export interface NetplanInterface {
  readonly match?: { readonly macaddress: string } | { readonly name: string };
  readonly dhcp4?: true;
  readonly dhcp6?: true;
  /** With the lengths of their prefixes, for example `10.0.8.5/24`. */
  readonly addresses?: readonly string[];
  readonly gateway4?: string;
  readonly gateway6?: string;
  readonly nameservers?: { readonly search?: readonly string[]; readonly addresses?: readonly string[] };
  /** Bytes. */
  readonly mtu?: number;
  readonly routes?: readonly NetplanRoute[];
}

/** Network config of version 2, which cloud-init and netplan share. */
export interface NetplanConfig {
  readonly version: 2;
  /** By names of interfaces. */
  readonly ethernets: Readonly<Record<string, NetplanInterface>>;
}
