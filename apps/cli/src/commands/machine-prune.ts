import { confirm } from "../confirm.ts";
import { badArgument } from "../bad-argument.ts";
import { type MachineOptions, withManager } from "./machine-manager.ts";

/** Options of `lxdkit machine prune`. */
export interface PruneMachinesOptions extends MachineOptions {
  readonly yes?: true | undefined;
  readonly parallel: number;
  readonly format: "table" | "json";
}

/** Lists what is left over of a model, and deletes it once that is confirmed. */
export async function pruneMachines(options: PruneMachinesOptions, signal: AbortSignal): Promise<void> {
  const { yes, parallel, format } = options;
  await withManager(options, signal, async (manager) => {
    const leftovers = await manager.findLeftovers({ signal });
    if (format === "json") process.stdout.write(`${JSON.stringify(leftovers)}\n`);
    else for (const { name, status, reason } of leftovers) process.stdout.write(`${name} ${status}: ${reason}\n`);
    if (leftovers.length === 0) return;
    if (!yes && !process.stdin.isTTY) {
      throw badArgument("nothing was deleted: nobody can be asked", "Give --yes to delete what is listed.");
    }
    if (!yes && !(await confirm(`Delete ${String(leftovers.length)} of them? [y/N] `, signal))) return;
    const gone = await manager.prune(leftovers, { parallel, signal });
    for (const name of gone) process.stderr.write(`${name}: deleted\n`);
  });
}
