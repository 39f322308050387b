import { BlockList, isIP } from "node:net";
import type { InstanceType, InterfaceInfo } from "@lxdkit/protocol";
import { CloudInitDataError, refuseProblems } from "../cloud-init-data-error.ts";
import { checkInterface, readCidr } from "./check-interface.ts";
import type { NetplanConfig, NetplanInterface, NetplanRoute } from "./netplan.ts";

/** Options of {@link netplanOfInterfaces}. */
export interface NetplanOptions {
  /** `container` by default. */
  readonly instanceType?: InstanceType | undefined;
  /**
   * How an interface is found inside. `none` by default in a container: the key in the text is its name. `mac` by
   * default in a virtual machine, which names its interfaces itself; it falls back to the name where there is no
   * address. In a container newer versions of netplan (measured with 0.106) never match by MAC address: they look for
   * a permanent one, which such an interface has not.
   */
  readonly match?: "mac" | "name" | "none" | undefined;
  /** How the way out is written: as routes by default, or by the older keys `gateway4` and `gateway6`. */
  readonly gateways?: "routes" | "keys" | undefined;
  /** Told what is not wrong, but seldom meant. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/**
 * Network config for these interfaces, sorted by name; loopback ones are left out. `isDisabled`, `noAutoStart` and what
 * is for providers are not looked at.
 *
 * Each family has one way out: the gateway of the interface that is marked `isDefaultGateway`, else of the first one
 * with a gateway. Link-local name servers are left out, and so is an MTU of 0 or 1500.
 *
 * @throws {CloudInitDataError} `NETWORK_CONFIG_MISSING` when there are no interfaces, `NETWORK_CONFIG_INVALID`.
 */
export function netplanOfInterfaces(interfaces: readonly InterfaceInfo[], options: NetplanOptions = {}): NetplanConfig {
  const wanted = interfaces
    .map((info, index) => ({ info, path: `interfaces[${String(index)}]` }))
    .filter(({ info }) => info.interfaceType !== "loopback" && info.configType !== "loopback");
  if (wanted.length === 0) {
    throw new CloudInitDataError("missing container network config", {
      code: "NETWORK_CONFIG_MISSING",
      hint: "Describe at least one interface, or leave the network to the image.",
    });
  }
  const names = new Set<string>();
  const problems = wanted.flatMap(({ info, path }) => {
    const isSecond = names.has(info.interfaceName);
    names.add(info.interfaceName);
    const second = {
      path: `${path}.interfaceName`,
      message: "is there twice",
      hint: "Give each interface its own name.",
    };
    return [...checkInterface(info, path), ...(isSecond ? [second] : [])];
  });
  refuseProblems("network config", "NETWORK_CONFIG_INVALID", problems);

  const sorted = wanted
    .map(({ info }) => info)
    .sort((a, b) => (a.interfaceName < b.interfaceName ? -1 : a.interfaceName > b.interfaceName ? 1 : 0));
  warnOfSharedNetworks(sorted, options.onWarning);
  const waysOut = [wayOut(sorted, 4), wayOut(sorted, 6)];
  const ethernets = sorted.map(
    (info) => [info.interfaceName, netplanOf(info, waysOut.includes(info), options)] as const,
  );
  return { version: 2, ethernets: Object.fromEntries(ethernets) };
}

/** The interface whose gateway counts in a family. */
function wayOut(interfaces: readonly InterfaceInfo[], family: 4 | 6): InterfaceInfo | undefined {
  const having = interfaces.filter(({ gatewayAddress = "" }) => isIP(gatewayAddress) === family);
  return having.find(({ isDefaultGateway = false }) => isDefaultGateway) ?? having[0];
}

/** Keys stand in this order in the text. */
function netplanOf(info: InterfaceInfo, isWayOut: boolean, options: NetplanOptions): NetplanInterface {
  const { configType, addresses = [], mtu = 0, gatewayAddress: gateway = "", routes = [] } = info;
  const statics = addresses.flatMap(({ value = "", cidr = "" }) => {
    const network = readCidr(cidr);
    return value === "" || network === undefined ? [] : [`${value}/${String(network.prefix)}`];
  });
  const dynamic = new Set(
    addresses
      .filter(
        ({ value = "", cidr = "", configType: own = configType }) => own === "dhcp" && (value === "" || cidr === ""),
      )
      .map(({ value = "", cidr = "" }) => (isIP(value) === 6 || readCidr(cidr)?.family === 6 ? 6 : 4)),
  );
  if (addresses.length === 0 && configType === "dhcp") dynamic.add(4);
  const family = isIP(gateway);
  const byKey = isWayOut && options.gateways === "keys";
  const allRoutes: NetplanRoute[] = [
    ...(isWayOut && !byKey ? [defaultRoute(gateway, info)] : []),
    ...routes.map(({ destinationCidr, gatewayIp, metric }) => ({ to: destinationCidr, via: gatewayIp, metric })),
  ];
  return {
    ...matchOf(info, options),
    ...(dynamic.has(4) ? { dhcp4: true } : {}),
    ...(dynamic.has(6) ? { dhcp6: true } : {}),
    ...(statics.length === 0 ? {} : { addresses: statics }),
    ...(byKey ? (family === 4 ? { gateway4: gateway } : { gateway6: gateway }) : {}),
    ...nameServersOf(info),
    ...(mtu === 0 || mtu === 1500 ? {} : { mtu }),
    ...(allRoutes.length === 0 ? {} : { routes: allRoutes }),
  };
}

function matchOf(
  { interfaceName, macAddress = "" }: InterfaceInfo,
  { instanceType = "container", match = instanceType === "container" ? "none" : "mac" }: NetplanOptions,
): Pick<NetplanInterface, "match"> {
  if (match === "none") return {};
  const byMac = match === "mac" && macAddress !== "";
  return { match: byMac ? { macaddress: macAddress.toLowerCase() } : { name: interfaceName } };
}

/** Not every netplan knows `to: default`. */
function defaultRoute(gateway: string, { addresses = [] }: InterfaceInfo): NetplanRoute {
  const family = isIP(gateway) === 4 ? 4 : 6;
  const type = family === 4 ? "ipv4" : "ipv6";
  const networks = new BlockList();
  if (family === 6) networks.addSubnet("fe80::", 10, type);
  const own = addresses.flatMap(({ value = "", cidr = "" }) => {
    const network = readCidr(cidr);
    return value !== "" && network?.family === family ? [network] : [];
  });
  for (const { address, prefix } of own) networks.addSubnet(address, prefix, type);
  // Nothing is known of what DHCP will tell.
  const isFar = own.length > 0 && !networks.check(gateway, type);
  return { to: family === 4 ? "0.0.0.0/0" : "::/0", via: gateway, ...(isFar ? { "on-link": true } : {}) };
}

function nameServersOf({
  dnsServers = [],
  dnsSearchDomains = [],
}: InterfaceInfo): Pick<NetplanInterface, "nameservers"> {
  const search = [...new Set(dnsSearchDomains)];
  // Of no use without the interface that they are at.
  const addresses = [...new Set(dnsServers)].filter((server) => !/^fe[89ab]/i.test(server));
  if (search.length === 0 && addresses.length === 0) return {};
  return {
    nameservers: {
      ...(search.length === 0 ? {} : { search }),
      ...(addresses.length === 0 ? {} : { addresses }),
    },
  };
}

/** Two interfaces in one network answer for each other, and tell the resolver twice what the network's server is. */
function warnOfSharedNetworks(interfaces: readonly InterfaceInfo[], onWarning: NetplanOptions["onWarning"]): void {
  const seen = new Map<string, string>();
  for (const { interfaceName, addresses = [] } of interfaces) {
    for (const cidr of new Set(addresses.map(({ cidr: one = "" }) => one))) {
      const other = seen.get(cidr);
      if (cidr === "") continue;
      if (other === undefined) seen.set(cidr, interfaceName);
      else onWarning?.(`${other} and ${interfaceName} are both in the network ${cidr}`);
    }
  }
}
