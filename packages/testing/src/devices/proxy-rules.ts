import { isIP } from "node:net";
import { boolean, type ConfigRules, type ValueRule } from "../core/config-rules.ts";
import { type Device, isOn } from "./device.ts";
import { optionsProblem } from "./device-options.ts";
import { fileMode, unixId } from "./device-values.ts";

/** One end of a proxy. */
export interface ProxyEnd {
  readonly protocol: string;
  readonly address: string;
  readonly ports: readonly number[];
}

/** Reads one end of a proxy, such as `tcp:127.0.0.1:80-81`; a text says what is wrong with it. */
export function readProxyEnd(value: string): ProxyEnd | string {
  const [protocol = "", ...rest] = value.split(":");
  if (!["tcp", "udp", "unix"].includes(protocol)) return `Unknown protocol type "${protocol}"`;
  const place = rest.join(":");
  if (protocol === "unix") return { protocol, address: place, ports: [] };
  const [, bracketed, plain = "", ports] = /^(?:\[(.*)\]|([^:]*)):(.*)$/.exec(place) ?? [];
  if (ports === undefined) return `address ${place}: missing port in address`;
  const address = bracketed ?? plain;
  if (address !== "" && isIP(address) === 0) return `Not an IP address "${address}"`;
  const numbers: number[] = [];
  for (const range of ports.split(",")) {
    const found = readRange(range);
    if (typeof found === "string") return found;
    numbers.push(...found);
  }
  return { protocol, address, ports: numbers };
}

function readRange(range: string): readonly number[] | string {
  const [first = "", last = first] = range.split("-");
  const bad = [first, last].find((text) => !/^\d+$/.test(text));
  if (bad !== undefined) return `strconv.ParseInt: parsing "${bad}": invalid syntax`;
  const [start, end] = [Number(first), Number(last)];
  if (last !== first && end <= start) return "End port should be higher than start port";
  return Array.from({ length: Math.min(end - start, 65_535) + 1 }, (_, at) => start + at);
}

const end: ValueRule = (value) => {
  const read = readProxyEnd(value);
  return typeof read === "string" ? read : undefined;
};

const side: ValueRule = (value) =>
  ["host", "instance", "guest", "container"].includes(value)
    ? undefined
    : 'Invalid binding side given. Must be "host" or "instance"';

const needed: ConfigRules = { listen: end, connect: end };
const optional: ConfigRules = {
  bind: side,
  gid: unixId,
  mode: fileMode,
  nat: boolean,
  proxy_protocol: boolean,
  "security.gid": unixId,
  "security.uid": unixId,
  uid: unixId,
};

/** What is wrong with a proxy. */
export function proxyProblem(device: Device): string | undefined {
  const problem = optionsProblem(device, { needed, optional });
  if (problem !== undefined) return problem;
  const listen = readProxyEnd(device["listen"] ?? "");
  const connect = readProxyEnd(device["connect"] ?? "");
  return typeof listen === "string" || typeof connect === "string" ? undefined : pairProblem(device, listen, connect);
}

function pairProblem(device: Device, listen: ProxyEnd, connect: ProxyEnd): string | undefined {
  if (connect.ports.length > listen.ports.length && listen.protocol !== "unix") {
    return "Mismatch between listen port(s) and connect port(s) count";
  }
  const isNat = isOn(device["nat"]);
  if (isOn(device["proxy_protocol"]) && (connect.protocol !== "tcp" || isNat)) {
    return "The PROXY header can only be sent to tcp servers in non-nat mode";
  }
  const isFile = listen.protocol === "unix" && !listen.address.startsWith("@");
  if (!isFile && ["uid", "gid", "mode"].some((option) => (device[option] ?? "") !== "")) {
    return "Only proxy devices for non-abstract unix sockets can carry uid, gid, or mode properties";
  }
  return isNat ? natProblem(device, listen, connect) : undefined;
}

function natProblem(device: Device, listen: ProxyEnd, connect: ProxyEnd): string | undefined {
  if (!["", "host"].includes(device["bind"] ?? "")) return "Only host-bound proxies can use NAT";
  if (listen.protocol === "unix" && connect.protocol === "unix") {
    return "Proxying unix <-> unix is not supported when using NAT";
  }
  const isWildcard = listen.address === "0.0.0.0" || listen.address === "::";
  return isWildcard ? `Cannot listen on wildcard address "${listen.address}" when in nat mode` : undefined;
}
