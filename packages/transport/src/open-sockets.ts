import { Socket } from "node:net";
import type { Connector } from "./dial.ts";

/** The sockets of a connection, each from the moment on which it begins to connect. */
export interface OpenSockets {
  /** The connector that it was made of, watched. */
  readonly connector: Connector;
  /** Ends all of them, and those that come later; resolves when they are gone. */
  destroy(reason: Error): Promise<void>;
}

/** Keeps account of what a connector makes, so that nothing stays open when the connection is closed. */
export function trackSockets(connector: Connector): OpenSockets {
  const open = new Set<Socket>();
  let ended: Error | undefined;
  const keep = (socket: unknown): void => {
    if (!(socket instanceof Socket) || open.has(socket)) return;
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    // Its errors are told to whoever uses it; an end that nobody waits for must not end the process.
    socket.on("error", () => undefined);
    if (ended !== undefined) socket.destroy(ended);
  };
  return {
    connector: (options, callback) => {
      // The connectors of undici give the socket at once; one that gives nothing is known when it has connected.
      const socket: unknown = connector(options, (...result) => {
        keep(result[1]);
        callback(...result);
      });
      keep(socket);
      return socket;
    },
    async destroy(reason) {
      ended = reason;
      const gone = [...open].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const socket of open) socket.destroy(reason);
      await Promise.all(gone);
    },
  };
}
