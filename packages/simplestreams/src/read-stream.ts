import type { Flavour } from "@lxdkit/protocol";
import type { StreamCacheOptions } from "./document-cache.ts";
import { openDocumentReader } from "./fetch-document.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import { streamIndexSchema, streamProductsSchema } from "./stream-document.ts";
import { byPreference, streamImages } from "./stream-image.ts";
import { checkRoot, type StreamRootOptions, withoutDefaultOs } from "./stream-root.ts";
import { type Stream, toStream } from "./stream.ts";
import type { StreamKeyring } from "./verify-signature.ts";

/** Options of {@link readStream}. */
export interface ReadStreamOptions extends StreamRootOptions {
  /** For whom the images are: each family reads its own metadata items. `lxd` by default. */
  readonly flavour?: Flavour;
  /** PEM certificates of the authorities to trust in place of the system's own. */
  readonly ca?: string;
  /** Keeps what was read in a folder, so that the server need not send it again. Not by default. */
  readonly cache?: StreamCacheOptions;
  /** Accepts only what a key of this ring has signed. By default signatures are not looked at. */
  readonly keyring?: StreamKeyring;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all of it; 60,000 by default. */
  readonly timeoutMs?: number;
}

/**
 * Reads the index of a simplestreams server and every products file that it names.
 *
 * @param url - Root of the server, `https://…`; `streams/v1/index.json` is read below it.
 * @throws {SimplestreamsError} `BAD_STREAM_URL`, `STREAM_UNREACHABLE`, `STREAM_UNTRUSTED`, `STREAM_UNAVAILABLE`,
 * `STREAM_TIMEOUT`, `BAD_STREAM`; with a key ring `STREAM_UNSIGNED`, `SIGNATURE_INVALID`, `GPGV_MISSING`.
 */
export async function readStream(url: string, options: ReadStreamOptions = {}): Promise<Stream> {
  const root = checkRoot(url, options);
  const { signal, timeoutMs = 60_000 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await read(root, options, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
  } catch (cause) {
    if (cause !== timeout.reason) throw cause;
    throw new SimplestreamsError(`${root} did not answer within ${String(timeoutMs)} ms`, {
      code: "STREAM_TIMEOUT",
      address: root,
      cause,
      hint: "Check the address, the network and the proxy.",
    });
  }
}

async function read(root: string, options: ReadStreamOptions, signal: AbortSignal): Promise<Stream> {
  const { flavour = "lxd" } = options;
  await using reader = await openDocumentReader(root, options);
  const { index } = await reader.read("streams/v1/index.json", streamIndexSchema, signal);
  const entries = Object.values(index).filter(
    ({ datatype, products }) => datatype === "image-downloads" && products.length > 0,
  );
  const documents = await Promise.all(entries.map(({ path }) => reader.read(path, streamProductsSchema, signal)));
  const images = documents.flatMap((document) => streamImages(document, flavour)).toSorted(byPreference);
  const { checkedAt, isStale } = reader;
  // Incus has no such rule, and cannot use that server anyway.
  const nameOf = (name: string): string => (flavour === "lxd" ? withoutDefaultOs(root, name) : name);
  const named = images.map((image) => ({ ...image, aliases: image.aliases.map(nameOf) }));
  return toStream({ url: root, checkedAt, isStale, flavour }, named);
}
