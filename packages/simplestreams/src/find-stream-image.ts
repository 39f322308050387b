import { readStream, type ReadStreamOptions } from "./read-stream.ts";
import type { StreamImage } from "./stream-image.ts";
import type { StreamImageChoice } from "./stream.ts";

/** Options of {@link findStreamImage}. */
export interface FindStreamImageOptions extends ReadStreamOptions, StreamImageChoice {}

/**
 * Finds the image that an alias stands for on a simplestreams server. To look for several, read the stream once.
 *
 * @param url - Root of the server, `https://…`.
 * @param alias - An alias, also with the architecture (`jammy/arm64`), or the start of a fingerprint.
 * @throws {SimplestreamsError} those of `readStream`, or `IMAGE_NOT_FOUND` with the nearest `candidates`.
 */
export async function findStreamImage(
  url: string,
  alias: string,
  options: FindStreamImageOptions = {},
): Promise<StreamImage> {
  const stream = await readStream(url, options);
  return stream.find(alias, options);
}
