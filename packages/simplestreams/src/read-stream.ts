import type { Flavour } from "@lxdkit/protocol";
import type { StreamCacheOptions } from "./document-cache.ts";
import { checkDocument } from "./parse-document.ts";
import { readDocuments, type StreamDocumentsRead, withinTime } from "./read-documents.ts";
import { streamProductsSchema } from "./stream-document.ts";
import { byPreference, streamImages } from "./stream-image.ts";
import { checkRoot, type StreamRootOptions, withoutDefaultOs } from "./stream-root.ts";
import type { StreamProxy } from "./stream-proxy.ts";
import { type Stream, toStream } from "./stream.ts";
import type { StreamKeyring } from "./verify-signature.ts";

/** Options of {@link readStream}. */
export interface ReadStreamOptions extends StreamRootOptions {
  /** For whom the images are: each family reads its own metadata items. `lxd` by default. */
  readonly flavour?: Flavour;
  /** PEM certificates of the authorities to trust in place of the system's own. */
  readonly ca?: string;
  /** Finds the proxy on the way, asked for each host; none by default. The environment is not read. */
  readonly proxy?: StreamProxy | undefined;
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
  return await withinTime(root, options, async (signal) =>
    streamOf(root, options, await readDocuments(root, options, signal)),
  );
}

/** The images of documents that were read. */
export function streamOf(
  root: string,
  { flavour = "lxd" }: Pick<ReadStreamOptions, "flavour">,
  { documents, checkedAt, isStale }: StreamDocumentsRead,
): Stream {
  const images = documents
    .flatMap(({ url, content }) => streamImages(checkDocument(content, streamProductsSchema, url), flavour))
    .toSorted(byPreference);
  // Incus has no such rule, and cannot use that server anyway.
  const nameOf = (name: string): string => (flavour === "lxd" ? withoutDefaultOs(root, name) : name);
  const named = images.map((image) => ({ ...image, aliases: image.aliases.map(nameOf) }));
  return toStream({ url: root, checkedAt, isStale, flavour }, named);
}
