import type { SourcedImage } from "@lxdkit/server";
import { connect, type ServerOptions } from "../connect.ts";
import { streamOptions } from "../stream-options.ts";

/** Options of `lxdkit image find`. */
export interface FindImageOptions extends ServerOptions {
  readonly arch?: string | undefined;
  readonly source?: readonly string[] | undefined;
  readonly vm?: true | undefined;
  readonly format: "table" | "json";
}

/** Prints the fingerprint of the image of a series, or as JSON where it is too. */
export async function findImage(series: string, options: FindImageOptions, signal: AbortSignal): Promise<void> {
  const { arch, source = [], vm, format } = options;
  const server = await connect(options, signal);
  let found: SourcedImage;
  try {
    const virtType = vm ? "virtual-machine" : "container";
    found = await server.findImage(series, arch, source, { virtType, signal, ...streamOptions(process.env) });
  } finally {
    await server.close();
  }
  process.stdout.write(`${format === "json" ? JSON.stringify(found) : found.fingerprint}\n`);
}
