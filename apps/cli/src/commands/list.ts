import { connect, type ServerOptions } from "../connect.ts";

/** Options of `lxdkit list`. */
export interface ListOptions extends ServerOptions {
  readonly format: "table" | "json";
}

/** Prints all instances with their state. */
export async function list(options: ListOptions, signal: AbortSignal): Promise<void> {
  const server = await connect(options, signal);
  try {
    const instances = await server.listInstances({ signal });
    if (options.format === "json") {
      process.stdout.write(`${JSON.stringify(instances)}\n`);
      return;
    }
    const { instanceTable } = await import("../output/instance-table.ts");
    process.stdout.write(instanceTable(instances));
  } finally {
    await server.close();
  }
}
