/** What differs between two servers that behave alike, and why. Nothing else is masked. */
const masks: readonly { readonly pattern: RegExp; readonly by: string; readonly why: string }[] = [
  {
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
    by: "<uuid>",
    why: "ids are drawn by the server",
  },
  {
    pattern: /\b(?!1970-|0001-)\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))*/g,
    by: "<time>",
    why: "the scripts run at other times",
  },
  {
    pattern: /\b(?:00:16:3e|10:66:6a)(?::[0-9a-f]{2}){3}\b/g,
    by: "<mac>",
    why: "addresses of cards are drawn by the server",
  },
  { pattern: /\bveth[0-9a-f]{8}\b/g, by: "<veth>", why: "names of interfaces are drawn by the server" },
  {
    pattern: /\b10\.\d+\.\d+\.\d+\b/g,
    by: "<ipv4>",
    why: "subnets are drawn by the server, and leases by its DHCP server",
  },
  { pattern: /\b(?:fd42|fe80):[0-9a-f:]+/g, by: "<ipv6>", why: "as the IPv4 addresses" },
  { pattern: /\bPID: \d+|"pid": ?\d+|\bpid: \d+/g, by: "<pid>", why: "ids of processes are drawn by the kernel" },
  {
    pattern: /\nTry `(?:lxc|incus) info --show-log .*` for more info|Migration operation failure: /g,
    by: "",
    why: "clients say so only when they listen before an operation fails",
  },
  { pattern: /\(\d+(?:\.\d+)?[kMG]?B\/s\)/g, by: "<speed>", why: "transfers are as fast as the machine is" },
  {
    pattern: /"((?:usage|bytes|packets|errors)\w*|total|processes)": ?\d+/g,
    by: '"$1":<count>',
    why: "what an instance uses is measured",
  },
  { pattern: /\b127\.0\.0\.\d+:\d+/g, by: "<address>", why: "members listen at free ports" },
  // Tables are as wide as what was masked in them.
  { pattern: /-{2,}(?=\+)/g, by: "--", why: "lines of tables are as wide as masked cells" },
  {
    pattern: /(?<=\|) {2,}(?=\S)|(?<=\S) {2,}(?=\|)/g,
    by: " ",
    why: "cells of tables are padded to the width of masked ones",
  },
];

/** The output of a client with everything masked that must differ; `paths` are those of the server and the script. */
export function maskOutput(text: string, paths: readonly (readonly [path: string, by: string])[]): string {
  const withoutPaths = paths.reduce((masked, [path, by]) => masked.replaceAll(path, by), text);
  return masks.reduce((masked, { pattern, by }) => masked.replaceAll(pattern, by), withoutPaths);
}
