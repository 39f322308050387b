import { isIP, type Socket } from "node:net";

/** Gives the address of the proxy that leads to an URL, or undefined when there is none. */
export type StreamProxy = (url: string) => string | undefined;

/** A proxy, ready to be asked. */
export interface ProxyTarget {
  readonly url: URL;
  /** `Proxy-Authorization`, when its address has a user name. Secret. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The proxy that leads to an URL; its address may be `host:port` alone. Throws an `Error` for one that is none. */
export function proxyFor(url: URL, proxy: StreamProxy | undefined): ProxyTarget | undefined {
  const address = proxy?.(url.href);
  if (!address) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  // Not shown: what stands before its host is a secret.
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") throw new Error("the proxy's address is none");
  const { username, password } = parsed;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const headers: ProxyTarget["headers"] = username
    ? { "proxy-authorization": `Basic ${credentials.toString("base64")}` }
    : {};
  return { url: new URL(parsed.origin), headers };
}

/** Asks a proxy for a way to the host of an `https:` URL and gives the socket that leads there. */
async function openTunnel({ url, headers }: ProxyTarget, to: URL, timeoutMs: number): Promise<Socket> {
  const { request } = url.protocol === "http:" ? await import("node:http") : await import("node:https");
  // An URL leaves out the port that its scheme has anyway.
  const path = `${to.hostname}:${to.port || "443"}`;
  return await new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown): void => {
      reject(new Error(`the proxy ${url.origin} ${what}`, { cause }));
    };
    const asked = request(url, { method: "CONNECT", path, headers: { ...headers, host: path }, agent: false });
    asked.setTimeout(timeoutMs, () => asked.destroy(new Error(`nobody answered within ${String(timeoutMs)} ms`)));
    asked.on("error", (cause) => {
      fail(`cannot be used: ${cause.message}`, cause);
    });
    asked.on("response", (response) => {
      response.destroy();
      fail(`refused with status ${String(response.statusCode)}`);
    });
    asked.on("connect", ({ statusCode = 0 }, socket: Socket) => {
      socket.setTimeout(0);
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      socket.on("error", () => undefined).destroy();
      fail(`refused with status ${String(statusCode)}`);
    });
    asked.end();
  });
}

/** A TLS connection through a proxy to the host of an `https:` URL; not secure before it says so. */
export async function connectThrough(
  proxy: ProxyTarget,
  to: URL,
  { ca, timeoutMs }: { readonly ca: string | undefined; readonly timeoutMs: number },
): Promise<Socket> {
  const socket = await openTunnel(proxy, to, timeoutMs);
  const { connect } = await import("node:tls");
  const host = to.hostname.replace(/^\[|\]$/g, "");
  // Addresses are no names that a server could be asked for, yet its certificate has them.
  return connect({ socket, host, ...(isIP(host) ? {} : { servername: host }), ...(ca === undefined ? {} : { ca }) });
}
