import { openServer, type Server } from "@lxdkit/server";
import { connectUnix, requireSocket } from "@lxdkit/transport";

/** Options by which every command finds its server. */
export interface ServerOptions {
  readonly socket?: string | undefined;
}

/** Opens the server that the options or the environment name. */
export async function connect(options: ServerOptions, signal: AbortSignal): Promise<Server> {
  const socketPath = options.socket ?? requireSocket({ environment: process.env });
  return openServer(connectUnix({ socketPath }), { signal });
}
