import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import type { Config } from "../core/records.ts";

/** One port of a forward as it is shown. */
export type ForwardPort = Readonly<Record<string, string>>;

/** What is wrong with the addresses and ports of a forward; undefined when nothing is. Measured on both families. */
export function forwardFault(
  network: Config,
  forward: { readonly listenAddress: string; readonly config: Config; readonly ports: readonly ForwardPort[] },
): string | undefined {
  const isV4 = isIPv4(forward.listenAddress);
  const own = network[isV4 ? "ipv4.address" : "ipv6.address"] ?? "";
  const subnet = readSubnet(own);
  if (subnet === undefined) return `invalid CIDR address: ${own}`;
  const { target_address: target } = forward.config;
  const fault = target === undefined ? undefined : targetFault(target, isV4, subnet);
  if (fault !== undefined) return fault;
  const taken = new Set<string>();
  for (const [index, port] of forward.ports.entries()) {
    const found = portFault(port, { at: `port specification ${String(index)}`, isV4, subnet, target, taken });
    if (found !== undefined) return found;
  }
  return undefined;
}

function targetFault(target: string, isV4: boolean, subnet: BlockList): string | undefined {
  if (isIP(target) === 0) return "Invalid default target address";
  if (isIPv4(target) !== isV4) return "Cannot mix IP versions in listen address and default target address";
  return holds(subnet, target) ? undefined : "Default target address is not within the network subnet";
}

interface Place {
  readonly at: string;
  readonly isV4: boolean;
  readonly subnet: BlockList;
  readonly target: string | undefined;
  /** Protocols and ports of the ports before. */
  readonly taken: Set<string>;
}

function portFault(port: ForwardPort, { at, isV4, subnet, target, taken }: Place): string | undefined {
  const { protocol = "", listen_port: listen = "", target_port: ports = "", target_address: address = "" } = port;
  if (!["tcp", "udp"].includes(protocol)) return `Invalid port protocol in ${at}, protocol must be one of: tcp, udp`;
  if (isIP(address) === 0) return `Invalid target address in ${at}`;
  if (address === target) return `Target address is same as default target address in ${at}`;
  if (isIPv4(address) !== isV4) return `Cannot mix IP versions in listen address and ${at} target address`;
  if (!holds(subnet, address)) return `Target address is not within the network subnet in ${at}`;
  if (listen === "") return `Missing listen port in ${at}`;
  const wanted = readPorts(listen);
  if (typeof wanted === "string") return `Invalid listen port in ${at}: ${wanted}`;
  for (const one of wanted) {
    const name = `${protocol} ${String(one)}`;
    if (taken.has(name)) return `Duplicate listen port ${String(one)} for protocol "${protocol}" in ${at}`;
    taken.add(name);
  }
  if (ports === "") return undefined;
  const targets = readPorts(ports);
  if (typeof targets === "string") return `Invalid target port in ${at}`;
  if (targets.length === 1 || targets.length === wanted.length) return undefined;
  return `Mismatch of listen port(s) and target port(s) count in ${at}`;
}

/** The single ports of `80,90-92`; a text says why they cannot be read. */
function readPorts(text: string): readonly number[] | string {
  const all: number[] = [];
  for (const range of text.split(",")) {
    const parts = range.trim().split("-");
    if (parts.length > 2) return `Invalid port range "${range.trim()}"`;
    const bad = parts.find((part) => !/^[+-]?\d+$/.test(part));
    if (bad !== undefined) return `strconv.ParseInt: parsing "${bad}": invalid syntax`;
    const [first = 0, last] = parts.map(Number);
    if (last !== undefined && last <= first) return "End port should be higher than start port";
    for (let port = first; port <= (last ?? first); port += 1) all.push(port);
  }
  return all;
}

function readSubnet(text: string): BlockList | undefined {
  const [address = "", length = ""] = text.split("/");
  if (isIP(address) === 0 || !/^\d+$/.test(length)) return undefined;
  const subnet = new BlockList();
  subnet.addSubnet(address, Number(length), isIPv6(address) ? "ipv6" : "ipv4");
  return subnet;
}

function holds(subnet: BlockList, address: string): boolean {
  return subnet.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
