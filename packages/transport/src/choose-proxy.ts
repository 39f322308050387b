import { LxdkitError } from "@lxdkit/protocol";
import { isLoopback, parseNoProxy } from "./no-proxy.ts";
import { parseProxy, type ProxyAddress } from "./proxy-address.ts";

/** The environment that proxies are read from. */
export interface ProxyEnvironment {
  /** `process.env`, or what stands in for it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Gives the address of the proxy that leads to an URL, or undefined when there is none. */
export type ProxyFunction = (url: string) => string | undefined;

/**
 * How to find a proxy: its address, a function that is asked once for each connection, the variables of an environment,
 * or false for none.
 */
export type ProxyOption = string | false | ProxyFunction | ProxyEnvironment;

/**
 * A function that finds proxies as Go's net/http does: `HTTPS_PROXY` for `https:`, `HTTP_PROXY` for `http:`, and
 * `NO_PROXY` for the hosts that need none; each also in lower case, which counts when the other is empty. This machine
 * itself (`localhost`, 127.0.0.0/8, ::1) is never reached by proxy. The function throws `BAD_PROXY` where `HTTP_PROXY`
 * would be used and `REQUEST_METHOD` is set, because a client of a CGI program could have set it.
 *
 * `lxc` and `incus` read `NO_PROXY` in an older way: a port in it means nothing to them, `.example.com` is also
 * `example.com`, and IPv6 addresses are not understood.
 */
export function proxyFromEnvironment({ environment }: ProxyEnvironment): ProxyFunction {
  const read = (name: string): string => environment[name] || environment[name.toLowerCase()] || "";
  return (url) => {
    const { protocol, hostname, port } = new URL(url);
    if (protocol !== "https:" && protocol !== "http:") return undefined;
    const variable = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    const proxy = read(variable);
    if (proxy === "") return undefined;
    const host = hostname.replace(/^\[|\]$/g, "");
    if (variable === "HTTP_PROXY" && environment["REQUEST_METHOD"]) {
      throw new LxdkitError("HTTP_PROXY is not used in a CGI program: whoever calls it could have set the variable", {
        code: "BAD_PROXY",
        hint: "Name the proxy in another way.",
      });
    }
    if (isLoopback(host)) return undefined;
    if (parseNoProxy(read("NO_PROXY"))(host, port || (protocol === "https:" ? "443" : "80"))) return undefined;
    return proxy;
  };
}

/**
 * The proxy that leads to an URL.
 *
 * @throws {LxdkitError} `BAD_PROXY`.
 */
export function chooseProxy(option: ProxyOption | undefined, url: string): ProxyAddress | undefined {
  const found = typeof option === "object" ? proxyFromEnvironment(option)(url) : option;
  const address = typeof found === "function" ? found(url) : found;
  return address ? parseProxy(address) : undefined;
}
