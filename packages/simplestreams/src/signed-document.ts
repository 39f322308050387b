import type { KeptDocument } from "./document-cache.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import { type StreamKeyring, verifySignature } from "./verify-signature.ts";

/** A document as it is now. */
export interface CurrentDocument {
  readonly kept: KeptDocument;
  /** Whether the server was asked just now. */
  readonly isConfirmed: boolean;
}

/** The text of a document, and what it was made from. */
export interface ReadDocument {
  readonly url: URL;
  readonly text: string;
  readonly documents: readonly CurrentDocument[];
}

type Get = (path: string) => Promise<CurrentDocument>;

/** Takes a document as it stands. */
export async function readPlain(path: string, get: Get): Promise<ReadDocument> {
  const document = await get(path);
  return { url: new URL(document.kept.url), text: document.kept.text, documents: [document] };
}

/**
 * Takes a document when it is signed: as a signed text (`.sjson`), else with a signature beside it (`.json.gpg`).
 *
 * @throws {SimplestreamsError} `STREAM_UNSIGNED` when the server has neither, and what `verifySignature` throws.
 */
export async function readSigned(
  path: string,
  get: Get,
  keyring: StreamKeyring,
  signal: AbortSignal,
): Promise<ReadDocument> {
  const base = path.replace(/\.s?json$/, "");
  const clear = await unlessMissing(get(`${base}.sjson`));
  if (clear !== undefined) {
    const { url, text } = clear.kept;
    return { url: new URL(url), text: await verifySignature({ url, text }, keyring, signal), documents: [clear] };
  }
  const plain = await get(`${base}.json`);
  const { url, text } = plain.kept;
  const detached = await unlessMissing(get(`${base}.json.gpg`));
  if (detached === undefined) {
    throw new SimplestreamsError(`${url} is not signed`, {
      code: "STREAM_UNSIGNED",
      address: url,
      hint: "Read the stream without a key ring, if https is protection enough.",
    });
  }
  await verifySignature({ url, text, signature: detached.kept.text }, keyring, signal);
  return { url: new URL(url), text, documents: [plain, detached] };
}

async function unlessMissing(document: Promise<CurrentDocument>): Promise<CurrentDocument | undefined> {
  try {
    return await document;
  } catch (error) {
    if (error instanceof SimplestreamsError && error.status === 404) return undefined;
    throw error;
  }
}
