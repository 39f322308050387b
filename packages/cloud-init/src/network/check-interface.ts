import { isIP } from "node:net";
import { type InterfaceInfo, type InterfaceRoute, isDeviceName } from "@lxdkit/protocol";
import type { DataProblem } from "../cloud-init-data-error.ts";

/** The family and the length of the prefix of a network such as `10.0.8.0/24`; undefined for what is none. */
export function readCidr(
  text: string,
): { readonly address: string; readonly family: 4 | 6; readonly prefix: number } | undefined {
  const [, address = "", digits = ""] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  const prefix = Number(digits);
  if ((family !== 4 && family !== 6) || digits === "" || prefix > (family === 4 ? 32 : 128)) return undefined;
  return { address, family, prefix };
}

/** Tells all that netplan would not take of an interface; `path` is where it stands. */
export function checkInterface(info: InterfaceInfo, path: string): DataProblem[] {
  const { interfaceName, interfaceType = "", macAddress = "", mtu = 0, addresses = [], gatewayAddress = "" } = info;
  const { routes = [], dnsServers = [], dnsSearchDomains = [] } = info;
  const bad = (key: string, message: string, hint: string): DataProblem => ({ path: `${path}.${key}`, message, hint });
  return [
    ...(isDeviceName(interfaceName)
      ? []
      : [bad("interfaceName", "is no name of an interface", "Use 1 to 15 characters without white space, / and #.")]),
    ...(["", "ethernet"].includes(interfaceType)
      ? []
      : [bad("interfaceType", "is not ethernet", "Instances have ethernet interfaces; leave the others to the host.")]),
    ...(macAddress === "" || /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(macAddress)
      ? []
      : [bad("macAddress", "is no MAC address", "Write six pairs of hexadecimal digits with colons between.")]),
    ...(Number.isSafeInteger(mtu) && mtu >= 0 && mtu < 2 ** 31
      ? []
      : [bad("mtu", "is no MTU", "Give bytes as a whole number, or 0 for the usual one.")]),
    ...addresses.flatMap((address, index) => checkAddress(info, address, `${path}.addresses[${String(index)}]`)),
    ...(gatewayAddress === "" || isIP(gatewayAddress) !== 0
      ? []
      : [bad("gatewayAddress", "is no IP address", "Give an address without a prefix.")]),
    ...routes.flatMap((route, index) => checkRoute(route, `${path}.routes[${String(index)}]`)),
    ...dnsServers.flatMap((server, index) =>
      isIP(server) === 0
        ? [bad(`dnsServers[${String(index)}]`, "is no IP address", "Name servers have no names.")]
        : [],
    ),
    ...dnsSearchDomains.flatMap((domain, index) =>
      /^[^\s,/]+$/.test(domain)
        ? []
        : [bad(`dnsSearchDomains[${String(index)}]`, "is no domain", "For example lab.example.")],
    ),
  ];
}

function checkAddress(
  { configType }: InterfaceInfo,
  { value = "", cidr = "", configType: own = configType }: NonNullable<InterfaceInfo["addresses"]>[number],
  path: string,
): DataProblem[] {
  const network = readCidr(cidr);
  if (cidr !== "" && network === undefined) {
    return [{ path: `${path}.cidr`, message: "is no network", hint: "For example 10.0.8.0/24." }];
  }
  if (value === "") return [];
  if (isIP(value) === 0 || value.includes("%")) {
    return [{ path: `${path}.value`, message: "is no IP address", hint: "The length of the prefix belongs in cidr." }];
  }
  if (network === undefined) {
    const hint = "Without cidr nobody knows the length of its prefix.";
    return own === "dhcp" ? [] : [{ path: `${path}.cidr`, message: "is missing", hint }];
  }
  return network.family === isIP(value)
    ? []
    : [{ path: `${path}.cidr`, message: "is of another family than the address", hint: "Keep IPv4 and IPv6 apart." }];
}

function checkRoute({ destinationCidr, gatewayIp, metric }: InterfaceRoute, path: string): DataProblem[] {
  const network = readCidr(destinationCidr);
  if (network === undefined) {
    return [{ path: `${path}.destinationCidr`, message: "is no network", hint: "For example 10.0.0.0/8." }];
  }
  if (isIP(gatewayIp) !== network.family) {
    const hint = "Both ends of a route are addresses of one family.";
    return [{ path: `${path}.gatewayIp`, message: "is no address of the destination's family", hint }];
  }
  return Number.isSafeInteger(metric) && metric >= 0 && metric < 2 ** 32
    ? []
    : [{ path: `${path}.metric`, message: "is no metric", hint: "Give zero or a whole number above." }];
}
