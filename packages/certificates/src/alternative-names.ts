import { BlockList, isIP } from "node:net";

/** What a certificate is valid for, in the form that node-forge takes. */
export type AlternativeName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

/** Input of {@link alternativeNames}. */
interface NamesInput {
  readonly usage: "client" | "server";
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
}

const linkLocal = new BlockList();
linkLocal.addSubnet("169.254.0.0", 16, "ipv4");
linkLocal.addSubnet("fe80::", 10, "ipv6");

/**
 * The alternative names of a certificate, as LXD and Incus give them to theirs: a server certificate without any is for
 * `unspecified`, and link-local addresses are left out because they mean another machine on each network.
 */
export function alternativeNames({ usage, dnsNames = [], ipAddresses = [] }: NamesInput): AlternativeName[] {
  const names = [
    ...dnsNames.map((value) => ({ type: 2, value: checkDnsName(value) }) as const),
    ...ipAddresses.filter(isGlobal).map((ip) => ({ type: 7, ip: plainAddress(ip) }) as const),
  ];
  return names.length === 0 && usage === "server" ? [{ type: 2, value: "unspecified" }] : names;
}

function checkDnsName(name: string): string {
  if (!/^[\u0021-\u007e]{1,253}$/.test(name)) throw new TypeError(`${JSON.stringify(name)} is no DNS name`);
  return name;
}

function isGlobal(ip: string): boolean {
  const version = isIP(ip);
  if (version === 0) throw new TypeError(`${JSON.stringify(ip)} is no IP address`);
  return !linkLocal.check(ip.replace(/%.*$/, ""), version === 4 ? "ipv4" : "ipv6");
}

/** node-forge does not read IPv6 addresses that end like IPv4 ones; URLs write them without. */
function plainAddress(ip: string): string {
  if (isIP(ip) === 4) return ip;
  if (ip.includes("%")) throw new TypeError(`${JSON.stringify(ip)} is an address of one interface only`);
  return new URL(`http://[${ip}]`).hostname.slice(1, -1);
}
