import type { RemoveContainersOptions, Server } from "@lxdkit/server";
import type { ManagerHost } from "../manager-host.ts";
import { findOwn } from "./ownership.ts";

/** Options of {@link destroyMachine} and {@link destroyMachines}. */
export interface DestroyMachineOptions extends Pick<RemoveContainersOptions, "parallel" | "onProgress" | "signal"> {
  /** Asks a running container to stop first, and stops it by force after so many milliseconds; at once by default. */
  readonly stopTimeoutMs?: number | undefined;
}

/**
 * Stops and removes a container of the model; false when there is none of that name.
 *
 * @throws {ManagerError} `CONTAINER_FOREIGN` for one that is not the model's.
 * @throws {ServerError} `CONTAINER_NOT_REMOVED`.
 */
export async function destroyMachine(
  host: ManagerHost,
  server: Server,
  id: string,
  { stopTimeoutMs, signal, onProgress }: DestroyMachineOptions = {},
): Promise<boolean> {
  if ((await findOwn(host, server, id, signal)) === undefined) return false;
  return server.removeContainer(id, { force: stopTimeoutMs === undefined, stopTimeoutMs, signal, onProgress });
}

/**
 * Stops and removes containers of the model, many at a time, and gives the names of those that were there. None is
 * touched when one of them is not the model's.
 *
 * @throws {ManagerError} `CONTAINER_FOREIGN`.
 * @throws {MultipleErrors} `CONTAINERS_NOT_REMOVED` with the error of each that is left.
 */
export async function destroyMachines(
  host: ManagerHost,
  server: Server,
  ids: readonly string[],
  { stopTimeoutMs, ...options }: DestroyMachineOptions = {},
): Promise<string[]> {
  await Promise.all(ids.map((id) => findOwn(host, server, id, options.signal)));
  return server.removeContainers(ids, { ...options, force: stopTimeoutMs === undefined, stopTimeoutMs });
}
