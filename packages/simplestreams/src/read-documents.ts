import { openDocumentReader } from "./fetch-document.ts";
import { type RawProduct, writeProductIndex } from "./product-index.ts";
import type { ReadStreamOptions } from "./read-stream.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import { type RawProducts, rawProductsSchema, streamIndexSchema } from "./stream-document.ts";

/** A products file of a stream. */
export interface ProductsDocument {
  readonly url: URL;
  readonly content: RawProducts;
}

/** All products files of a stream at one moment. */
export interface StreamDocumentsRead {
  readonly documents: readonly ProductsDocument[];
  readonly checkedAt: number;
  readonly isStale: boolean;
}

/** Runs `work` with a signal that aborts when the time is over, too. */
export async function withinTime<T>(
  root: string,
  { signal, timeoutMs = 60_000 }: Pick<ReadStreamOptions, "signal" | "timeoutMs">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await work(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
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

/**
 * Reads the index of a stream and every products file that it names.
 *
 * @param isIndexMissing - Whether the cache needs an index of the products although nothing is new.
 */
export async function readDocuments(
  root: string,
  options: ReadStreamOptions,
  signal: AbortSignal,
  isIndexMissing = false,
): Promise<StreamDocumentsRead> {
  await using reader = await openDocumentReader(root, options);
  const { content } = await reader.read("streams/v1/index.json", streamIndexSchema, signal);
  const entries = Object.values(content.index).filter(
    ({ datatype, products }) => datatype === "image-downloads" && products.length > 0,
  );
  const documents = await Promise.all(entries.map(({ path }) => reader.read(path, rawProductsSchema, signal)));
  const { checkedAt, isStale } = reader;
  const { cache, keyring } = options;
  // Where nothing is new and the server is asked each time, the index that is there will do.
  const isOfUse = isIndexMissing || reader.isNew || (cache?.maxAgeMs ?? 0) > 0;
  if (cache !== undefined && keyring === undefined && isOfUse && !isStale) {
    const head = { root, checkedAt, documents: reader.versions };
    await writeProductIndex(cache.directory, head, productsOf(documents));
  }
  return { documents, checkedAt, isStale };
}

/** The products of all files. */
export function productsOf(documents: readonly ProductsDocument[]): RawProduct[] {
  return documents.flatMap(({ content }) =>
    Object.values(content.products).filter(
      (product): product is RawProduct => typeof product === "object" && product !== null,
    ),
  );
}
