import { containerAddresses } from "@lxdkit/server";
import { type MachineOptions, withManager } from "./machine-manager.ts";

/** Options of `lxdkit machine list`. */
export interface ListMachinesOptions extends MachineOptions {
  readonly format: "table" | "json";
}

/** Prints the machines of a model. */
export async function listMachines(options: ListMachinesOptions, signal: AbortSignal): Promise<void> {
  await withManager(options, signal, async (manager, server) => {
    const machines = await manager.listContainers({ signal });
    const states = new Map((await server.listInstances({ signal })).map(({ name, state }) => [name, state]));
    const rows = machines.map(({ id, machineId, container }) => {
      const state = states.get(id) ?? null;
      return {
        machine: machineId,
        container: id,
        status: container.status,
        addresses: state === null ? [] : containerAddresses(state).map(({ address }) => address),
        location: container.location,
      };
    });
    if (options.format === "json") {
      process.stdout.write(`${JSON.stringify(rows)}\n`);
      return;
    }
    const { formatTable } = await import("../output/table.ts");
    const cells = rows.map((row) => [
      row.machine,
      row.container,
      row.status.toUpperCase(),
      row.addresses.join("\n"),
      row.location,
    ]);
    process.stdout.write(formatTable(["MACHINE", "CONTAINER", "STATE", "ADDRESSES", "LOCATION"], cells));
  });
}
