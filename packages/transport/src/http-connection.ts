import { Agent } from "undici";
import type { ExplainFailure } from "./connection-failure.ts";
import type { Connection, OpenWebSocketOptions, UpgradeOptions } from "./connection.ts";
import { reported } from "./diagnostics.ts";
import type { Connector } from "./dial.ts";
import { defaultMaxAnswerBytes, type HttpTarget } from "./http-target.ts";
import { trackSockets } from "./open-sockets.ts";
import { sendRequest } from "./send-request.ts";
import { streamRequest } from "./stream-request.ts";
import { TransportError } from "./transport-error.ts";

/** How many sockets are open at the same time unless told otherwise. */
const defaultMaxSockets = 32;

const defaultRetryPauseMs = 100;

/**
 * Options for a pool. Time limits are ours to set for each request: a held answer (a wait) has no headers for as long
 * as it takes.
 */
const poolOptions = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;

/** What a connection over HTTP is made of. */
export interface HttpConnectionOptions {
  readonly connector: Connector;
  readonly address: string;
  readonly origin: string;
  readonly explain: ExplainFailure;
  readonly maxSockets?: number | undefined;
  /** Longest answer that is read as a whole; 256 MiB by default. */
  readonly maxAnswerBytes?: number | undefined;
  /** Milliseconds before the first repetition of a request; 100 by default. */
  readonly retryPauseMs?: number | undefined;
}

/** A connection over HTTP, whatever carries it. */
export function httpConnection(options: HttpConnectionOptions): Connection {
  const { address, origin, explain, maxSockets = defaultMaxSockets } = options;
  const { maxAnswerBytes = defaultMaxAnswerBytes, retryPauseMs = defaultRetryPauseMs } = options;
  const closing = new AbortController();
  const sockets = trackSockets(options.connector);
  const { connector } = sockets;
  const agent = new Agent({ ...poolOptions, connections: maxSockets, connect: connector });
  const { signal } = closing;
  const limits = { maxAnswerBytes, retryPauseMs };
  const target: HttpTarget = { agent, connector, address, origin, explain, closing: signal, ...limits };
  const close = async (): Promise<void> => {
    const reason = new TransportError(`the connection to ${address} was closed`, {
      code: "CONNECTION_CLOSED",
      address,
    });
    closing.abort(reason);
    await Promise.all([agent.destroy(reason), sockets.destroy(reason)]);
  };
  return {
    address,
    request: (request) => reported(target, request, () => sendRequest(target, request)),
    stream: (request) => reported(target, request, () => streamRequest(target, request)),
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
