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
  const { user, host, port, tail } = splitAddress(address, defaultPort);
  return `https://${user}${host}:${port}${tail}`.replace(/\/+$/, "");
}

/** Where a server listens. */
export interface ServerEndpoint {
  /** `https://host:port` as it was written, also with the zone of an IPv6 address. */
  readonly address: string;
  /** The same as an URL of the standard, which has no zones; it names the server in requests. */
  readonly origin: string;
  /** The host as sockets take it: without brackets, with its zone. */
  readonly host: string;
}

/**
 * Where to connect to.
 *
 * @throws {LxdkitError} `BAD_ADDRESS` as {@link ensureHostPort}, and for an address with more than host and port.
 */
export function serverEndpoint(address: string, otherPort: number = defaultPort): ServerEndpoint {
  const { user, host, port, tail } = splitAddress(address, otherPort);
  if (user !== "") throw bad(address, "servers take no user name");
  if (/[^/]/.test(tail)) throw bad(address, "nothing may follow the port");
  const name = host.replace(/^\[|\]$/g, "").replace("%25", "%");
  const origin = `https://${host.replace(/%.*\]/, "]")}:${port}`;
  if (!URL.canParse(origin)) throw bad(address, "its host is none");
  // Names in other scripts are looked up in the form that the standard gives them.
  const { hostname } = new URL(origin);
  return { address: `https://${host}:${port}`, origin, host: host.startsWith("[") ? name : hostname };
}

interface AddressParts {
  /** User name and password with the `@`, or nothing. */
  readonly user: string;
  readonly host: string;
  readonly port: string;
  /** Path, query and fragment. */
  readonly tail: string;
}

function splitAddress(address: string, otherPort: number): AddressParts {
  const rest = ensureHttps(address).slice("https://".length);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const tail = end === -1 ? "" : rest.slice(end);
  const user = authority.slice(0, authority.lastIndexOf("@") + 1);
  return { user, tail, ...splitHostPort(authority.slice(user.length), address, String(otherPort)) };
}

function splitHostPort(text: string, address: string, otherPort: string): Pick<AddressParts, "host" | "port"> {
  if (isIPv6(text)) return { host: `[${text.replace("%", "%25")}]`, port: otherPort };
  const bracketed = /^(\[[^[\]]*\])(?::(.*))?$/.exec(text);
  const [, host = "", port] = bracketed ?? /^([^:]*)(?::(.*))?$/.exec(text) ?? [];
  if (bracketed === null ? !isHostName(host) : !isIPv6(host.slice(1, -1).replace("%25", "%"))) {
    throw bad(address, host === "" ? "it names no host" : "its host is none");
  }
  if (port === undefined) return { host, port: otherPort };
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw bad(address, port === "" ? "the port after the colon is missing" : "its port is none");
  }
  return { host, port };
}

/** Letters of any script, digits, and the marks that names have; neither blanks nor escapes. */
function isHostName(host: string): boolean {
  // The classes of all scripts take milliseconds to compile, and hardly any host needs them.
  return /^[A-Za-z0-9._~-]+$/.test(host) || /^[\p{L}\p{N}._~-]+$/u.test(host);
}

function bad(address: string, reason: string): LxdkitError {
  // Whatever stands before an @ may be a password.
  const shown = address.replace(/^.*@/s, "…@");
  return new LxdkitError(`${JSON.stringify(shown)} is not the address of a server: ${reason}`, {
    code: "BAD_ADDRESS",
    hint: "Write it as host, host:port, [IPv6]:port or https://host:port.",
  });
}
