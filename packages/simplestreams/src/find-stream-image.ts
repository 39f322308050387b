import type { Flavour, InstanceType } from "@lxdkit/protocol";
import { openDocumentReader } from "./fetch-document.ts";
import { type AliasChoice, resolveAlias, similarAliases } from "./resolve-alias.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import { streamIndexSchema, streamProductsSchema } from "./stream-document.ts";
import { type StreamImage, streamImages } from "./stream-image.ts";

/** Options of {@link findStreamImage}. */
export interface FindStreamImageOptions {
  /** For whom the image is: each family reads its own metadata items. `lxd` by default. */
  readonly flavour?: Flavour;
  /** `container` by default. */
  readonly type?: InstanceType;
  /** Kernel names of the architectures that the server runs, the preferred first; `["x86_64"]` by default. */
  readonly architectures?: readonly string[];
  /** PEM certificates of the authorities to trust in place of the system's own. */
  readonly ca?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole search; 60,000 by default. */
  readonly timeoutMs?: number;
}

/**
 * Finds the image that an alias stands for on a simplestreams server.
 *
 * @param url - Root of the server, `https://…`; `streams/v1/index.json` is read below it.
 * @param alias - An alias, also with the architecture (`jammy/arm64`), or the start of a fingerprint.
 * @throws {SimplestreamsError} `BAD_STREAM_URL`, `STREAM_UNREACHABLE`, `STREAM_UNTRUSTED`, `STREAM_UNAVAILABLE`, `STREAM_TIMEOUT`,
 * `BAD_STREAM`, or `IMAGE_NOT_FOUND` with the nearest `candidates`.
 */
export async function findStreamImage(
  url: string,
  alias: string,
  options: FindStreamImageOptions = {},
): Promise<StreamImage> {
  const root = checkRoot(url);
  const choice: AliasChoice = {
    type: options.type ?? "container",
    architectures: options.architectures ?? ["x86_64"],
  };
  const images = await readInTime(root, options);
  const found = resolveAlias(images, withoutDefaultOs(root, alias), choice);
  if (found !== undefined) return found;
  const candidates = similarAliases(images, alias, choice);
  throw new SimplestreamsError(`${root} has no ${choice.type} image ${JSON.stringify(alias)}`, {
    code: "IMAGE_NOT_FOUND",
    address: root,
    candidates,
    hint:
      candidates.length > 0
        ? `Nearest aliases there: ${candidates.join(", ")}.`
        : `It offers no ${choice.type} images for ${choice.architectures.join(", ")} to this kind of server.`,
  });
}

async function readInTime(root: string, options: FindStreamImageOptions): Promise<StreamImage[]> {
  const { signal, timeoutMs = 60_000 } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await readImages(root, options, signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
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

async function readImages(
  root: string,
  { flavour = "lxd", ca }: FindStreamImageOptions,
  signal: AbortSignal,
): Promise<StreamImage[]> {
  const reader = await openDocumentReader(root, ca);
  try {
    const { index } = await reader.read("streams/v1/index.json", streamIndexSchema, signal);
    const entries = Object.values(index).filter(
      (entry) => entry.datatype === "image-downloads" && entry.products.length > 0,
    );
    const documents = await Promise.all(entries.map((entry) => reader.read(entry.path, streamProductsSchema, signal)));
    return documents.flatMap((document) => streamImages(document, flavour));
  } finally {
    await reader[Symbol.asyncDispose]();
  }
}

function checkRoot(url: string): string {
  const bad = (message: string, cause?: unknown): SimplestreamsError =>
    new SimplestreamsError(message, {
      code: "BAD_STREAM_URL",
      cause,
      hint: "Give the root of a simplestreams server, for example https://cloud-images.ubuntu.com/releases.",
    });
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw bad(`${JSON.stringify(url)} is not an URL`, cause);
  }
  if (parsed.username !== "" || parsed.password !== "") throw bad("the address of an image server holds no password");
  if (parsed.protocol !== "https:") throw bad(`${url} is not https: images are only read over https`);
  return url.replace(/\/+$/, "");
}

/** Ubuntu's own server lists its images without the `ubuntu/` that other servers put in front. */
function withoutDefaultOs(root: string, alias: string): string {
  return root.startsWith("https://cloud-images.ubuntu.com") ? alias.replace(/^ubuntu\//, "") : alias;
}
