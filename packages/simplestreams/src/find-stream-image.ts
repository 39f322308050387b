import { areCurrent, isFresh } from "./fetch-document.ts";
import { type ProductIndex, productNames, type RawProduct, readProductIndex } from "./product-index.ts";
import { productsOf, readDocuments, withinTime } from "./read-documents.ts";
import { type ReadStreamOptions, streamOf } from "./read-stream.ts";
import { resolveAlias } from "./resolve-alias.ts";
import { productSchema } from "./stream-document.ts";
import { type StreamImage, streamImages } from "./stream-image.ts";
import { checkRoot, withoutDefaultOs } from "./stream-root.ts";
import type { StreamImageChoice } from "./stream.ts";

/** Options of {@link findStreamImage}. */
export interface FindStreamImageOptions extends ReadStreamOptions, StreamImageChoice {}

/**
 * Finds the image that an alias stands for on a simplestreams server, without a look at all the others. To look for
 * several images, read the stream once.
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
  const root = checkRoot(url, options);
  return await withinTime(root, options, async (signal) => {
    const index = await currentIndex(root, options, signal);
    const known = index && findNamed(root, alias, options, (name) => index.find(name));
    if (known !== undefined) return known;
    const read = await readDocuments(root, options, signal, index === undefined);
    const products = productsOf(read.documents);
    const found = findNamed(root, alias, options, (name) =>
      products.filter((product) => productNames(product).includes(name)),
    );
    return found ?? streamOf(root, options, read).find(alias, options);
  });
}

/** The index of the cache, when it is young enough or the server says that it still holds. */
async function currentIndex(
  root: string,
  options: ReadStreamOptions,
  signal: AbortSignal,
): Promise<ProductIndex | undefined> {
  const { cache, keyring } = options;
  if (cache === undefined || keyring !== undefined) return undefined;
  const index = await readProductIndex(cache.directory, root);
  signal.throwIfAborted();
  if (index === undefined || isFresh(index.checkedAt, cache.maxAgeMs ?? 0)) return index;
  try {
    return (await areCurrent(index.documents, options, signal)) ? index : undefined;
  } catch (error) {
    if (signal.aborted || cache.allowStale !== true) throw error;
    return undefined;
  }
}

/** The image of an alias, of the products that have it; undefined also for what must be looked for among all images. */
function findNamed(
  root: string,
  alias: string,
  { flavour = "lxd", type = "container", architectures = ["x86_64"] }: FindStreamImageOptions,
  productsNamed: (name: string) => readonly RawProduct[],
): StreamImage | undefined {
  const name = withoutDefaultOs(root, alias);
  const readable = productsNamed(name).flatMap((product, at) => {
    const { success, data } = productSchema.safeParse(product);
    return success ? [[String(at), data] as const] : [];
  });
  const images = streamImages({ products: Object.fromEntries(readable) }, flavour);
  return resolveAlias(images, name, { type, architectures });
}
