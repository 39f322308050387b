import {
  createContainerManager,
  createManagerConfig,
  createNamespace,
  type LxdContainerManager,
} from "@lxdkit/container-manager";
import type { Server } from "@lxdkit/server";
import { connect, type ServerOptions } from "../connect.ts";
import { streamOptions } from "../stream-options.ts";

/** Options of every `lxdkit machine` command. */
export interface MachineOptions extends ServerOptions {
  /** UUID of the model. */
  readonly model: string;
}

/** Opens the server, gives `work` the manager of the model's machines on it, and closes the server. */
export async function withManager<T>(
  options: MachineOptions & { readonly source?: readonly string[] | undefined },
  signal: AbortSignal,
  work: (manager: LxdContainerManager, server: Server) => Promise<T>,
): Promise<T> {
  // A model that is none is told before the server is asked.
  createNamespace(options.model);
  const server = await connect(options, signal);
  try {
    const manager = createContainerManager(createManagerConfig({ "model-uuid": options.model }), {
      server,
      images: streamOptions(process.env),
      ...(options.source === undefined ? {} : { imageSources: options.source }),
      onNotice: ({ level, message }) => {
        if (level === "warning") process.stderr.write(`Note: ${message}\n`);
      },
    });
    return await work(manager, server);
  } finally {
    await server.close();
  }
}
