import { Socket } from "node:net";
import type { buildConnector } from "undici";
import { abortable } from "./abortable.ts";

/** Makes one connected socket, TLS included where the target wants it. */
export type Connector = buildConnector.connector;

/** Where to connect to, as an URL: `https://host:port`. For a unix socket it only names the host in requests. */
export async function dial(connector: Connector, origin: string, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const { protocol, hostname, port, host } = new URL(origin);
  let made: unknown;
  const connecting = new Promise<Socket>((resolve, reject) => {
    // A URL writes an IPv6 address in brackets; a socket takes it without.
    const name = hostname.replace(/^\[|\]$/g, "");
    made = connector({ protocol, hostname: name, port: port || defaultPort(protocol), host }, (error, socket) => {
      if (error === null) resolve(socket);
      else reject(error);
    });
  });
  try {
    return await abortable(connecting, signal);
  } catch (error) {
    if (made instanceof Socket) made.destroy(error as Error);
    // A socket that comes after an abort belongs to nobody.
    void connecting.then(
      (socket) => socket.destroy(),
      () => undefined,
    );
    throw error;
  }
}

function defaultPort(protocol: string): string {
  return protocol === "https:" ? "443" : "80";
}
