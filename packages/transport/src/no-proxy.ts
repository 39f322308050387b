import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

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
  return host.toLowerCase() === "localhost" || loopback(host, "");
}

const loopback: Rule = networks((list) => {
  list.addSubnet("127.0.0.0", 8, "ipv4");
  list.addAddress("::1", "ipv6");
});

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
  const family = isIP(address);
  if (family === 0 || bits > (family === 4 ? 32 : 128) || address.includes("%")) return undefined;
  return networks((list) => {
    list.addSubnet(address, bits, family === 4 ? "ipv4" : "ipv6");
  });
}

function hostRule(host: string): Rule | undefined {
  if (host === "") return undefined;
  if (isIP(host) !== 0) {
    return networks((list) => {
      list.addAddress(withoutZone(host), isIPv4(host) ? "ipv4" : "ipv6");
    });
  }
  const isBelowOnly = host.startsWith(".") || host.startsWith("*.");
  const suffix = `.${host.replace(/^\*?\./, "")}`;
  return (name) => name.endsWith(suffix) || (!isBelowOnly && name === suffix.slice(1));
}

function networks(fill: (list: BlockList) => void): Rule {
  const list = new BlockList();
  fill(list);
  return (host) => {
    if (isIPv4(host)) return list.check(host, "ipv4");
    return isIPv6(host) && list.check(withoutZone(host), "ipv6");
  };
}

function splitPort(entry: string): { readonly host: string; readonly port: string | undefined } {
  if (isIPv6(entry)) return { host: entry, port: undefined };
  const [, bracketed, name, port] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(entry) ?? [];
  return { host: bracketed ?? name ?? "", port: port === "" ? undefined : port };
}

/** The zone names an interface of this machine, not another address. */
function withoutZone(address: string): string {
  return address.replace(/%.*$/, "");
}
