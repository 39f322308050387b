import type { Instance } from "@lxdkit/protocol";
import type { Server } from "@lxdkit/server";
import { LxdkitError } from "@lxdkit/protocol";
import type { ManagerHost } from "../manager-host.ts";
import { type MachineInstance, machineInstance } from "./machine-instance.ts";
import { isOwn } from "./ownership.ts";

/** A machine's container as it was read. */
export interface ListedMachine extends MachineInstance {
  readonly container: Instance;
}

/** The machines of a model, whatever they do, in the server's order. One request. */
export async function listMachines(
  host: ManagerHost,
  server: Server,
  signal: AbortSignal | undefined,
): Promise<ListedMachine[]> {
  const found = await server.filterContainers(host.namespace.prefix(), [], { signal });
  return found.flatMap((container) => {
    const machineId = isOwn(host, container) ? machineIdOf(host, container.name) : undefined;
    return machineId === undefined ? [] : [{ ...machineInstance(server, container, machineId), container }];
  });
}

/** The id of the machine that has this name; undefined when it is no machine's. */
export function machineIdOf({ namespace }: Pick<ManagerHost, "namespace">, name: string): string | undefined {
  try {
    return namespace.machineId(name);
  } catch (error) {
    if (LxdkitError.is(error)) return undefined;
    throw error;
  }
}
