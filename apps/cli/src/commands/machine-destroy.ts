import { LxdkitError } from "@lxdkit/protocol";
import { forEachName } from "../bulk.ts";
import { progressLines } from "../output/progress-lines.ts";
import { type MachineOptions, withManager } from "./machine-manager.ts";

/** Options of `lxdkit machine destroy`. */
export interface DestroyMachinesOptions extends MachineOptions {
  /** Seconds that a machine gets to stop by itself. */
  readonly timeout?: number | undefined;
  readonly parallel: number;
  readonly quiet?: true | undefined;
}

/** Destroys machines and prints the id of each that is gone. */
export async function destroyMachines(
  ids: readonly string[],
  options: DestroyMachinesOptions,
  signal: AbortSignal,
): Promise<void> {
  const { timeout, parallel, quiet } = options;
  await withManager(options, signal, async (manager) => {
    await forEachName([...new Set(ids)], parallel, async (machineId) => {
      const isGone = await manager.destroyContainer(manager.namespace.hostname(machineId), {
        signal,
        ...(timeout === undefined ? {} : { stopTimeoutMs: timeout * 1000 }),
        ...(quiet ? {} : { onProgress: progressLines() }),
      });
      if (!isGone) {
        throw new LxdkitError(`there is no machine ${machineId}`, {
          code: "CONTAINER_NOT_FOUND",
          hint: "lxdkit machine list shows what there is.",
        });
      }
      process.stdout.write(`${machineId}\n`);
    });
  });
}
