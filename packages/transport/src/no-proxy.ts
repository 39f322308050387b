import { BlockList, isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";

/** Says whether a host, without brackets, and port are to be reached without a proxy. */
export type NoProxy = (host: string, port: string) => boolean;

type Rule = (host: string, port: string) => boolean;

/**
 * Reads a `NO_PROXY` list as Go's net/http does: entries are separated by commas. `*` is everything; an address or a
 * network such as `10.0.0.0/8` is meant as such; `example.com` and what is below it; `.example.com` and `*.example.com`
 * only what is below. All but networks may end in `:port`. Case does not matter; entries that make no sense are skipped.
 */
export function parseNoProxy(list: string): NoProxy {
  const rules = list.split(",").flatMap((entry) => ruleOf(entry.trim().toLowerCase()) ?? []);
  return (host, port) => rules.some((rule) => rule(host.toLowerCase(), port));
}

/** Says whether a host is this machine itself: `localhost`, 127.0.0.0/8 or ::1. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === "localhost" || plainIp(host) === "::1" || loopback4(host, "");
}

const loopback4 = networkOf("127.0.0.0", 8);

function ruleOf(entry: string): Rule | undefined {
  if (entry === "*") return () => true;
  const network = /^([^/]+)\/(\d{1,3})$/.exec(entry);
  if (network !== null) return networkRule(network[1] ?? "", Number(network[2]));
  const { host, port } = splitPort(entry);
  const rule = hostRule(host);
  if (rule === undefined || port === undefined) return rule;
  return (name, itsPort) => itsPort === port && rule(name, itsPort);
}

function networkRule(address: string, bits: number): Rule | undefined {
  const ip = plainIp(address);
  return ip === undefined || bits > (isIPv4(ip) ? 32 : 128) ? undefined : networkOf(ip, bits);
}

function hostRule(host: string): Rule | undefined {
  if (host === "") return undefined;
  const ip = plainIp(host);
  if (ip !== undefined) return networkOf(ip, isIPv4(ip) ? 32 : 128);
  const isBelowOnly = host.startsWith(".") || host.startsWith("*.");
  const suffix = `.${asInUrls(host.replace(/^\*?\./, ""))}`;
  return (asked) => asked.endsWith(suffix) || (!isBelowOnly && asked === suffix.slice(1));
}

function networkOf(ip: string, bits: number): Rule {
  const list = new BlockList();
  list.addSubnet(ip, bits, familyOf(ip));
  return (host) => {
    const asked = plainIp(host);
    // The list would take every IPv4 address for an IPv6 one, too.
    return asked !== undefined && familyOf(asked) === familyOf(ip) && list.check(asked, familyOf(ip));
  };
}

/** URLs have names of other scripts in an encoded form. */
function asInUrls(name: string): string {
  return /^\p{ASCII}*$/u.test(name) ? name : domainToASCII(name);
}

function splitPort(entry: string): { readonly host: string; readonly port: string | undefined } {
  if (isIPv6(entry)) return { host: entry, port: undefined };
  const [, bracketed, name, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(entry) ?? [];
  return { host: bracketed ?? name ?? "", port: port === "" ? undefined : port };
}

/** An IP address without zone, which names an interface and no other address; IPv4 within IPv6 as IPv4. */
function plainIp(text: string): string | undefined {
  const address = text.replace(/%.*$/, "");
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const { hostname } = new URL(`http://[${address}]`);
  const [, high, low] = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return address;
  const bytes = [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]);
  return bytes.join(".");
}

function familyOf(ip: string): "ipv4" | "ipv6" {
  return isIPv4(ip) ? "ipv4" : "ipv6";
}
