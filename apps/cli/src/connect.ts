import { openServer, type Server } from "@lxdkit/server";
import { connectUnix, requireSocket, socketCandidates } from "@lxdkit/transport";

/** Options by which every command finds its server. */
export interface ServerOptions {
  readonly socket?: string | undefined;
  /** Name of a server that is known. */
  readonly remote?: string | undefined;
  /** Project to work in. */
  readonly project?: string | undefined;
}

/** Opens the server that the options or the environment name. */
export async function connect(options: ServerOptions, signal: AbortSignal): Promise<Server> {
  if (options.remote !== undefined) {
    const { connectRemote } = await import("./remotes/connect-remote.ts");
    const { connection, project } = await connectRemote(options.remote, signal);
    return openServer(connection, { signal, project: options.project ?? project });
  }
  const socketPath = options.socket ?? findLocalSocket();
  return openServer(connectUnix({ socketPath }), { signal, project: options.project });
}

/** Says so when a variable names a socket that is not there: the server that is used instead may surprise. */
function findLocalSocket(): string {
  const environment = process.env;
  const found = requireSocket({ environment });
  const [first] = socketCandidates({ environment });
  const [usual] = socketCandidates({ environment: {} });
  if (first !== found && first !== usual && first !== undefined) {
    process.stderr.write(`Note: there is no socket at ${first}, using ${found}\n`);
  }
  return found;
}
