import type { Agent } from "undici";
import type { ExplainFailure } from "./connection-failure.ts";
import type { Connector } from "./dial.ts";

/** How many sockets are open at the same time unless told otherwise. */
export const defaultMaxSockets = 32;

/**
 * Options for a pool. Time limits are ours to set for each request: a held answer (a wait) has no headers for as long
 * as it takes.
 */
export const poolOptions = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;

/** Where the requests of a connection go. */
export interface HttpTarget {
  readonly agent: Agent;
  /** Makes the sockets that leave HTTP: web sockets and upgrades. The agent uses it too. */
  readonly connector: Connector;
  /** What people know it by: a socket path or an URL. */
  readonly address: string;
  /** Scheme and host of every request. */
  readonly origin: string;
  /** What its ways of failing mean. */
  readonly explain: ExplainFailure;
  /** Ends when the connection is closed, and with it everything that was opened on it. */
  readonly closing: AbortSignal;
}
