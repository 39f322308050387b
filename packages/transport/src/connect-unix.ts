import { buildConnector } from "undici";
import type { Connection } from "./connection.ts";
import { httpConnection } from "./http-connection.ts";
import { explainUnix } from "./explain-unix.ts";

/** Options of {@link connectUnix}. */
export interface ConnectUnixOptions {
  /** Path of the server's unix socket. */
  readonly socketPath: string;
  /** Sockets that are open at the same time; 32 by default. More requests than that wait for a free one. */
  readonly maxSockets?: number;
}

/**
 * A connection to a local server over its unix socket. Nothing is sent until the first request. No proxy is used,
 * whatever the environment says.
 */
export function connectUnix(options: ConnectUnixOptions): Connection {
  const { socketPath, maxSockets } = options;
  const connector = buildConnector({ socketPath, timeout: 10_000 });
  return httpConnection({
    connector,
    address: socketPath,
    origin: "http://unix.socket",
    explain: explainUnix,
    maxSockets,
  });
}
