import type { ImageAlias } from "@lxdkit/protocol";
import { connect, type ServerOptions } from "../connect.ts";
import type { SourceOptions } from "./image-source.ts";

/** Options of `lxdkit image alias list`. */
export interface ListAliasesOptions extends ServerOptions, SourceOptions {
  readonly format: "table" | "json";
}

/** Prints the server's aliases, or those of a simplestreams server. */
export async function listAliases(options: ListAliasesOptions, signal: AbortSignal): Promise<void> {
  const aliases = await readAliases(options, signal);
  if (options.format === "json") {
    process.stdout.write(`${JSON.stringify(aliases)}\n`);
    return;
  }
  const { formatTable } = await import("../output/table.ts");
  const rows = aliases.map(({ name, target, type, description }) => [
    name,
    target.slice(0, 12),
    type.toUpperCase(),
    description,
  ]);
  process.stdout.write(formatTable(["ALIAS", "FINGERPRINT", "TYPE", "DESCRIPTION"], rows));
}

async function readAliases(options: ListAliasesOptions, signal: AbortSignal): Promise<readonly ImageAlias[]> {
  if (options.source !== undefined) {
    const { nativeArchitectures, readSource } = await import("./image-source.ts");
    const stream = await readSource(options.source, options.for, signal);
    return stream.aliases(nativeArchitectures()).map((alias) => ({ description: "", ...alias }));
  }
  const server = await connect(options, signal);
  try {
    return await server.client.images.aliases.list({ signal });
  } finally {
    await server.close();
  }
}
