import { type Instance, statusNames } from "@lxdkit/protocol";
import type { Server } from "@lxdkit/server";
import type { ManagerHost } from "../manager-host.ts";
import type { DestroyMachineOptions } from "./destroy-machines.ts";
import { machineIdOf } from "./list-machines.ts";
import { isNeverStarted } from "./make-machine.ts";
import { isMarked } from "./ownership.ts";

/** Options of {@link findLeftovers}. */
export interface LeftoverOptions {
  /**
   * The ids of all machines that are wanted: others are left over even when they run. Left out: only what is half made
   * or broken is left over.
   */
  readonly wanted?: readonly string[] | undefined;
  /** Younger ones that were never started may be in the making; 600,000 milliseconds by default. */
  readonly minAgeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A container of the model that serves nobody. */
export interface Leftover {
  readonly name: string;
  /** Undefined when its name is not that of a machine. */
  readonly machineId: string | undefined;
  readonly status: string;
  /** For people, for example `was never started`. */
  readonly reason: string;
}

const defaultMinAgeMs = 600_000;

/** What is left over of a model, found by its mark whatever it is called, sorted by name. One request. */
export async function findLeftovers(
  host: ManagerHost,
  server: Server,
  options: LeftoverOptions = {},
): Promise<Leftover[]> {
  const instances = await server.client.instances.list({ signal: options.signal });
  return instances
    .filter((instance) => isMarked(host, instance))
    .flatMap((instance) => {
      const machineId = machineIdOf(host, instance.name);
      const reason = reasonOf(instance, machineId, server.now(), options);
      return reason === undefined ? [] : [{ name: instance.name, machineId, status: instance.status, reason }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function reasonOf(
  instance: Instance,
  machineId: string | undefined,
  now: number,
  { wanted, minAgeMs = defaultMinAgeMs }: LeftoverOptions,
): string | undefined {
  if (machineId === undefined) return "is called like no machine";
  if (wanted !== undefined && !wanted.includes(machineId)) return "is no machine that is wanted";
  const status = statusNames[instance.status_code] ?? instance.status;
  if (status === "Error") return "is broken";
  const isOld = now - Date.parse(instance.created_at) >= minAgeMs;
  return status === "Stopped" && isNeverStarted(instance) && isOld ? "was never started" : undefined;
}

/**
 * Removes what was found to be left over and still is, many at a time, and gives the names of what is gone.
 *
 * @throws {MultipleErrors} `CONTAINERS_NOT_REMOVED` with the error of each that is left.
 */
export async function pruneLeftovers(
  host: ManagerHost,
  server: Server,
  leftovers: readonly Leftover[],
  options: LeftoverOptions & Pick<DestroyMachineOptions, "parallel" | "onProgress"> = {},
): Promise<string[]> {
  const { wanted, minAgeMs, ...remove } = options;
  const listed = new Set(leftovers.map(({ name }) => name));
  const left = await findLeftovers(host, server, { wanted, minAgeMs, signal: options.signal });
  const names = left.map(({ name }) => name).filter((name) => listed.has(name));
  return server.removeContainers(names, { ...remove, force: true });
}
