import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** A caller who wants to go on in another protocol than HTTP. */
export interface Upgrade {
  /** What it asks for, for example `websocket`. */
  readonly protocol: string;
  /** Whether one of the functions below was called. */
  readonly isDone: boolean;
  /** Goes on as a websocket. `accept` is not called when the caller's handshake is not right. */
  webSocket(accept: (socket: WebSocket) => void): void;
  /** Goes on with plain bytes in the protocol that it asked for. */
  stream(): Duplex;
}

/** Connections that may be upgraded. */
export interface Upgrades {
  prepare(parts: UpgradeParts): Upgrade;
  /** Cuts all connections that were upgraded. */
  drop(): void;
}

interface UpgradeParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Duplex;
  /** What came behind the request. */
  readonly head: Buffer;
}

/** Makes an empty {@link Upgrades}. */
export function createUpgrades(): Upgrades {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  const open = new Set<Duplex>();
  return {
    prepare({ request, response, socket, head }) {
      const protocol = request.headers.upgrade ?? "";
      let isDone = false;
      const take = (): void => {
        isDone = true;
        response.detachSocket(socket as Socket);
        open.add(socket);
        socket.on("close", () => open.delete(socket));
      };
      return {
        protocol,
        get isDone() {
          return isDone;
        },
        webSocket(accept) {
          take();
          server.handleUpgrade(request, socket, head, accept);
        },
        stream() {
          take();
          socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\n`);
          if (head.length > 0) socket.unshift(head);
          return socket;
        },
      };
    },
    drop() {
      for (const socket of open) socket.destroy();
    },
  };
}
