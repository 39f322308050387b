import { LxdkitError } from "@lxdkit/protocol";

/** A proxy that opens the way to servers when it is asked to (HTTP CONNECT). */
export interface ProxyAddress {
  /** `http://host:port` or `https://host:port`, without user name and password. */
  readonly origin: string;
  /** The `Proxy-Authorization` header. Secret. */
  readonly authorization: string | undefined;
}

/**
 * Reads the address of a proxy: an URL, or `host:port` for `http://host:port`.
 *
 * @throws {LxdkitError} `BAD_PROXY`.
 */
export function parseProxy(text: string): ProxyAddress {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const address = hasScheme ? text : `http://${text}`;
  if (!URL.canParse(address)) throw bad(text, "it is no URL");
  const { protocol, host, username, password } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") {
    throw bad(text, `proxies are spoken to in http and https only, not in ${protocol.slice(0, -1)}`);
  }
  const origin = `${protocol}//${host}`;
  if (username === "" && password === "") return { origin, authorization: undefined };
  const credentials = `${decode(username, text)}:${decode(password, text)}`;
  return { origin, authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

/** The address as it may be shown: what stands before an `@` is a secret. */
export function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@");
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // The error of the system would show the part.
    throw bad(text, "its user name or password has a % that is not followed by two hexadecimal digits");
  }
}

function bad(text: string, reason: string): LxdkitError {
  return new LxdkitError(`${JSON.stringify(withoutCredentials(text))} is not the address of a proxy: ${reason}`, {
    code: "BAD_PROXY",
    hint: "Write it as http://host:port or http://user:password@host:port.",
  });
}
