import type { Server } from "@lxdkit/server";
import type { Instance } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { ManagerHost } from "../manager-host.ts";
import { ManagerError } from "../manager-error.ts";

type Owner = Pick<ManagerHost, "namespace" | "ownerKey">;

/** Says whether an instance carries the mark of the model, whatever its name is. */
export function isMarked({ namespace, ownerKey }: Owner, { config }: Pick<Instance, "config">): boolean {
  return Object.hasOwn(config, ownerKey) && config[ownerKey] === namespace.modelUuid;
}

/** Says whether an instance is one of the model's: by its name and by its mark. */
export function isOwn(owner: Owner, instance: Pick<Instance, "name" | "config">): boolean {
  return instance.name.startsWith(owner.namespace.prefix()) && isMarked(owner, instance);
}

/**
 * Reads an instance of the model; undefined when there is none of that name.
 *
 * @throws {ManagerError} `CONTAINER_FOREIGN` for one that is not the model's, before any request when its name tells.
 */
export async function findOwn(
  owner: Owner,
  server: Server,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Instance | undefined> {
  if (!name.startsWith(owner.namespace.prefix())) throw foreign(owner, name);
  const found = await read(server, name, signal);
  if (found !== undefined && !isOwn(owner, found)) throw foreign(owner, name);
  return found;
}

async function read(server: Server, name: string, signal: AbortSignal | undefined): Promise<Instance | undefined> {
  try {
    return (await server.client.instances.get(name, { signal })).value;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function foreign({ namespace, ownerKey }: Owner, name: string): ManagerError {
  return new ManagerError(`${name} does not belong to the model ${namespace.modelUuid}`, {
    code: "CONTAINER_FOREIGN",
    hint: `Its containers are called ${namespace.prefix()}… and have the model's UUID under ${ownerKey}. It was not touched.`,
  });
}
