import type { Agent } from "undici";
import type { ExplainFailure } from "./connection-failure.ts";
import type { Connector } from "./dial.ts";

/** More than any list of a real server, and less than what a text can hold in memory. */
export const defaultMaxAnswerBytes: number = 256 * 1024 * 1024;

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
  /** Longest answer that is read as a whole. */
  readonly maxAnswerBytes: number;
  /** Milliseconds before the first repetition of a request; more before the next ones. */
  readonly retryPauseMs: number;
}
