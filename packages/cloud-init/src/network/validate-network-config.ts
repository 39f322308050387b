import { isIP } from "node:net";
import { type DataProblem, refuseProblems } from "../cloud-init-data-error.ts";
import { checkSize } from "../size-limit.ts";
import type { ValidateOptions } from "../user-data/validate-user-data.ts";
import { isMap, readYamlMap, type YamlMap } from "../yaml/read-yaml.ts";
import { readCidr } from "./check-interface.ts";

const code = "NETWORK_CONFIG_INVALID";
const inQuotes = "Put it into quotes: YAML reads digits with colons as numbers.";

/**
 * Checks network config that is sent as it is: `config: disabled`, version 1, or version 2 with the keys of ethernet
 * interfaces that this package writes; others are not looked at. A key `network` around all of it is let be.
 *
 * @throws {CloudInitDataError} `NETWORK_CONFIG_INVALID`, `CLOUD_INIT_DATA_TOO_LARGE`.
 */
export function validateNetworkConfig(text: string, options: ValidateOptions = {}): void {
  const { name = "network config", sizeLimit } = options;
  checkSize(name, text, sizeLimit);
  const document = readYamlMap(text, { what: name, code });
  const wrapped = document["network"];
  const config = isMap(wrapped) ? wrapped : document;
  refuseProblems(name, code, checkConfig(config, isMap(wrapped) ? "network." : ""));
}

function checkConfig(config: YamlMap, prefix: string): DataProblem[] {
  const { version, config: entries, ethernets } = config;
  if (version === undefined && entries === "disabled") return [];
  if (version === 1) {
    const hint = "Write a list of interfaces, routes and name servers.";
    return Array.isArray(entries) ? [] : [{ path: `${prefix}config`, message: "is no list", hint }];
  }
  if (version !== 2) {
    const hint = 'Write version: 2 and the interfaces below ethernets, or config: "disabled".';
    return [{ path: `${prefix}version`, message: "is neither 1 nor 2", hint }];
  }
  if (ethernets === undefined || ethernets === null) return [];
  if (!isMap(ethernets)) return [{ path: `${prefix}ethernets`, message: "is no map of interfaces" }];
  return Object.entries(ethernets).flatMap(([id, one]) => checkEthernet(one, `${prefix}ethernets.${id}`));
}

function checkEthernet(ethernet: unknown, path: string): DataProblem[] {
  if (ethernet === null) return [];
  if (!isMap(ethernet))
    return [{ path, message: "is no interface", hint: "Write a map of keys, such as dhcp4: true." }];
  const { match, macaddress, mtu, addresses, nameservers, routes } = ethernet;
  const servers = isMap(nameservers) ? nameservers["addresses"] : undefined;
  return [
    ...(isMap(match) ? checkMac(match["macaddress"], `${path}.match.macaddress`) : []),
    ...checkMac(macaddress, `${path}.macaddress`),
    ...["dhcp4", "dhcp6"]
      .filter((key) => ethernet[key] !== undefined && typeof ethernet[key] !== "boolean")
      .map((key) => ({ path: `${path}.${key}`, message: "is neither true nor false" })),
    ...(mtu === undefined || (Number.isSafeInteger(mtu) && Number(mtu) > 0)
      ? []
      : [{ path: `${path}.mtu`, message: "is no MTU", hint: "Give bytes as a whole number." }]),
    ...checkList(addresses, `${path}.addresses`, checkAddress),
    ...checkList(servers, `${path}.nameservers.addresses`, checkServer),
    ...checkList(routes, `${path}.routes`, checkRoute),
  ];
}

function checkMac(value: unknown, path: string): DataProblem[] {
  if (value === undefined || (typeof value === "string" && /^[0-9a-f]{2}(?::[0-9a-f]{2}){5,19}$/i.test(value)))
    return [];
  return [{ path, message: "is no MAC address", hint: typeof value === "number" ? inQuotes : undefined }];
}

function checkList(value: unknown, path: string, check: (item: unknown, path: string) => DataProblem[]): DataProblem[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [{ path, message: "is no list", hint: "Write each item behind a dash." }];
  return value.flatMap((item, index) => check(item, `${path}[${String(index)}]`));
}

function checkAddress(value: unknown, path: string): DataProblem[] {
  // Newer versions of netplan take a map of one address with its options.
  const text = isMap(value) ? Object.keys(value)[0] : value;
  if (typeof text === "string" && readCidr(text) !== undefined) return [];
  const hint = typeof text === "number" ? inQuotes : "Give the length of its prefix too: 10.0.8.5/24.";
  return [{ path, message: "is no address with a prefix", hint }];
}

function checkServer(value: unknown, path: string): DataProblem[] {
  return typeof value === "string" && isIP(value) !== 0 ? [] : [{ path, message: "is no IP address" }];
}

function checkRoute(route: unknown, path: string): DataProblem[] {
  if (!isMap(route)) return [{ path, message: "is no route", hint: "Write a map with to and via." }];
  const { to, via, metric } = route;
  const isNetwork = typeof to === "string" && (to === "default" || isIP(to) !== 0 || readCidr(to) !== undefined);
  return [
    ...(isNetwork
      ? []
      : [{ path: `${path}.to`, message: "is no network", hint: "For example 10.0.0.0/8, or default." }]),
    ...(via === undefined || (typeof via === "string" && isIP(via) !== 0)
      ? []
      : [{ path: `${path}.via`, message: "is no IP address" }]),
    ...(metric === undefined || (Number.isSafeInteger(metric) && Number(metric) >= 0)
      ? []
      : [{ path: `${path}.metric`, message: "is no metric", hint: "Give zero or a whole number above." }]),
  ];
}
