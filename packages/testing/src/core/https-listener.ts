import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { Refusal } from "./refusal.ts";
import type { ServerCertificate } from "./fake-state.ts";

/** The HTTPS side of the fake, which listens at one address at most. */
export interface HttpsListener {
  /** Where it listens (`host:port`); empty while it does not. */
  addresses(): readonly string[];
  /**
   * Listens at `address` (`host:port`; port 0 picks a free one) from now on, or nowhere when it is empty. Gives the
   * address with its real port. A {@link Refusal} says that it cannot; it then goes on listening where it did.
   */
  listen(address: string): Promise<string>;
  /** Shows the certificate that the server has by now to whoever connects from now on. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an {@link HttpsListener} that does not listen yet; `serve` gives each server its handlers. */
export function createHttpsListener(parts: {
  certificate(): Promise<ServerCertificate>;
  serve(server: Server): void;
  /** Port of an address that names none; 8443 by default. */
  readonly defaultPort?: number | undefined;
}): HttpsListener {
  let server: Server | undefined;
  let current: string | undefined;

  async function close(): Promise<void> {
    const closing = server;
    server = current = undefined;
    await new Promise<void>((resolve) => {
      if (closing === undefined) return resolve();
      closing.close(() => resolve());
      closing.closeAllConnections();
    });
  }

  async function listenOn(host: string, port: number): Promise<string> {
    const { pem: cert, key } = await parts.certificate();
    // Whoever has no certificate is let in too, and told what those without trust may know.
    const next = createServer({
      ...{ cert, key, minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false },
      ...{ keepAliveTimeout: 0, requestTimeout: 0 },
    });
    parts.serve(next);
    await new Promise<void>((resolve, reject) => {
      next.once("error", (error) => reject(cannotListen(nameOf(host, port), error)));
      next.listen(port, host, resolve);
    });
    server = next;
    return (current = nameOf(host, (next.address() as AddressInfo).port));
  }

  return {
    addresses: () => (current === undefined ? [] : [current]),
    async listen(address) {
      if (address === current) return address;
      const { host, port } = splitAddress(address, parts.defaultPort);
      const former = current;
      await close();
      if (address === "") return "";
      try {
        return await listenOn(host, port);
      } catch (error) {
        if (former !== undefined) await listenOn(splitAddress(former).host, splitAddress(former).port);
        throw error;
      }
    },
    async renew() {
      const { pem: cert, key } = await parts.certificate();
      server?.setSecureContext({ cert, key, minVersion: "TLSv1.3" });
    },
    close,
  };
}

function nameOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

const goTexts: Readonly<Record<string, string>> = {
  EADDRINUSE: "bind: address already in use",
  EADDRNOTAVAIL: "bind: cannot assign requested address",
  EAFNOSUPPORT: "socket: address family not supported by protocol",
};

/** In the words of a server that is written in Go. */
function cannotListen(address: string, { code = "", message }: NodeJS.ErrnoException): Refusal {
  const about = `Cannot listen on network HTTPS socket ${JSON.stringify(address)}`;
  return new Refusal(500, `${about}: listen tcp ${address}: ${goTexts[code] ?? message}`);
}

/** Takes `host:port`, `[host]:port`, `:port` or `host` apart; without a host it is the loopback address. */
function splitAddress(address: string, defaultPort = 8443): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new Refusal(400, `Couldn't resolve "${address}"`);
  return { host: host || "127.0.0.1", port: Number(port ?? defaultPort) };
}
