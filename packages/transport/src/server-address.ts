import { isIPv6 } from "node:net";
import { LxdkitError } from "@lxdkit/protocol";

/** The port on which LXD and Incus listen for HTTPS. */
const defaultPort = 8443;

/**
 * Puts `https://` in front of an address: in place of `http://`, or where there is neither. Never fails and changes
 * nothing else.
 */
export function ensureHttps(address: string): string {
  if (address.startsWith("https://")) return address;
  return `https://${address.startsWith("http://") ? address.slice("http://".length) : address}`;
}

/**
 * The address of a server as an `https://` URL with a port: 8443 where none is given. A bare IPv6 address gets its
 * brackets. Upper and lower case, user, path, query and fragment are kept; slashes at the end are cut.
 *
 * @throws {LxdkitError} `BAD_ADDRESS` for an address without a host, with a port that is none, or with characters that
 * no host has.
 */
export function ensureHostPort(address: string): string {
  const rest = ensureHttps(address).slice("https://".length);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const tail = end === -1 ? "" : rest.slice(end);
  const at = authority.lastIndexOf("@");
  const user = authority.slice(0, at + 1);
  const { host, port } = splitHostPort(authority.slice(at + 1), address);
  return `https://${user}${host}:${port}${tail}`.replace(/\/+$/, "");
}

function splitHostPort(text: string, address: string): { readonly host: string; readonly port: string } {
  if (isIPv6(text)) return { host: `[${text.replace("%", "%25")}]`, port: String(defaultPort) };
  const bracketed = /^(\[[^[\]]*\])(?::(.*))?$/.exec(text);
  const [, host = "", port] = bracketed ?? /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (bracketed === null ? !isHostName(host) : !isIPv6(host.slice(1, -1).replace("%25", "%"))) {
    throw bad(address, host === "" ? "it names no host" : `${JSON.stringify(host)} is no host`);
  }
  if (port === undefined) return { host, port: String(defaultPort) };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw bad(address, port === "" ? "the port after the colon is missing" : `${JSON.stringify(port)} is no port`);
  }
  return { host, port };
}

/** Letters of any script, digits, and the marks that names have; neither blanks nor escapes. */
function isHostName(host: string): boolean {
  return /^[\p{L}\p{N}._~-]+$/u.test(host);
}

function bad(address: string, reason: string): LxdkitError {
  // Whatever stands before an @ may be a password.
  const shown = address.replace(/[^/]*@/, "…@");
  return new LxdkitError(`${JSON.stringify(shown)} is not the address of a server: ${reason}`, {
    code: "BAD_ADDRESS",
    hint: "Write it as host, host:port, [IPv6]:port or https://host:port.",
  });
}
