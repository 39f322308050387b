import { setMaxListeners } from "node:events";
import { Agent } from "undici";
import type { ExplainFailure } from "./connection-failure.ts";
import type { Connection, OpenWebSocketOptions, UpgradeOptions } from "./connection.ts";
import type { Connector } from "./dial.ts";
import { defaultMaxSockets, type HttpTarget, poolOptions } from "./http-target.ts";
import { sendRequest } from "./send-request.ts";
import { streamRequest } from "./stream-request.ts";
import { TransportError } from "./transport-error.ts";

/** What a connection over HTTP is made of. */
export interface HttpConnectionOptions {
  readonly connector: Connector;
  readonly address: string;
  readonly origin: string;
  readonly explain: ExplainFailure;
  readonly maxSockets?: number | undefined;
}

/** A connection over HTTP, whatever carries it. */
export function httpConnection(options: HttpConnectionOptions): Connection {
  const { connector, address, maxSockets = defaultMaxSockets } = options;
  const closing = new AbortController();
  // Every open web socket listens to it; Node would warn of a leak at the eleventh.
  setMaxListeners(0, closing.signal);
  const agent = new Agent({ ...poolOptions, connections: maxSockets, connect: connector });
  const target: HttpTarget = { ...options, agent, closing: closing.signal };
  const close = async (): Promise<void> => {
    closing.abort(
      new TransportError(`the connection to ${address} was closed`, { code: "CONNECTION_CLOSED", address }),
    );
    await agent.destroy();
  };
  return {
    address,
    request: (request) => sendRequest(target, request),
    stream: (request) => streamRequest(target, request),
    async openWebSocket(path: string, socket: OpenWebSocketOptions) {
      // Read when they are needed: short commands open no socket of their own.
      const { openWebSocket } = await import("./web-socket.ts");
      return openWebSocket(target, path, socket);
    },
    async upgrade(path: string, upgrade: UpgradeOptions) {
      const { upgradeConnection } = await import("./upgrade-connection.ts");
      return upgradeConnection(target, path, upgrade);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
