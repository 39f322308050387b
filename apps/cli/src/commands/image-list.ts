import type { ListedImage } from "@lxdkit/simplestreams";
import type { Image } from "@lxdkit/protocol";
import { connect, type ServerOptions } from "../connect.ts";
import type { SourceOptions } from "./image-source.ts";

/** Options of `lxdkit image list`. */
export interface ListImagesOptions extends ServerOptions, SourceOptions {
  readonly format: "table" | "json";
}

/** Prints the server's images, or those of a simplestreams server. */
export async function listImages(options: ListImagesOptions, signal: AbortSignal): Promise<void> {
  const images = await readImages(options, signal);
  if (options.format === "json") {
    process.stdout.write(`${JSON.stringify(images)}\n`);
    return;
  }
  const { imageTable } = await import("../output/image-table.ts");
  process.stdout.write(imageTable(images));
}

async function readImages(options: ListImagesOptions, signal: AbortSignal): Promise<readonly (Image | ListedImage)[]> {
  if (options.source !== undefined) {
    const { nativeArchitectures, readSource } = await import("./image-source.ts");
    const stream = await readSource(options.source, options.for, signal);
    return stream.list(nativeArchitectures()[0]);
  }
  const server = await connect(options, signal);
  try {
    return await server.client.images.list({ signal });
  } finally {
    await server.close();
  }
}
