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
   * address with its real port. A {@link Refusal} says that it cannot.
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

  return {
    addresses: () => (current === undefined ? [] : [current]),
    async listen(address) {
      if (address === current) return address;
      const { host, port } = splitAddress(address);
      await close();
      if (address === "") return "";
      const { pem: cert, key } = await parts.certificate();
      // Whoever has no certificate is let in too, and told what those without trust may know.
      const next = createServer({
        ...{ cert, key, minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false },
        ...{ keepAliveTimeout: 0, requestTimeout: 0 },
      });
      parts.serve(next);
      await new Promise<void>((resolve, reject) => {
        next.once("error", ({ message }) => reject(new Refusal(500, `Cannot listen on https socket: ${message}`)));
        next.listen(port, host, resolve);
      });
      server = next;
      const name = host.includes(":") ? `[${host}]` : host;
      return (current = `${name}:${String((next.address() as AddressInfo).port)}`);
    },
    async renew() {
      const { pem: cert, key } = await parts.certificate();
      server?.setSecureContext({ cert, key, minVersion: "TLSv1.3" });
    },
    close,
  };
}

/** Takes `host:port`, `[host]:port`, `:port` or `host` apart; without a host it is the loopback address. */
function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) throw new Refusal(400, `Couldn't resolve "${address}"`);
  return { host: host || "127.0.0.1", port: Number(port ?? 8443) };
}
