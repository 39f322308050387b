import type { z } from "zod";
import type { Agent } from "undici";
import { type KeptDocument, openDocumentCache } from "./document-cache.ts";
import { parseDocument } from "./parse-document.ts";
import { type CurrentDocument, readPlain, readSigned } from "./signed-document.ts";
import { unavailable, unreachable } from "./stream-failures.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import type { ReadStreamOptions } from "./read-stream.ts";

/** Well above the largest known products file (about 5 MB). */
const maxDocumentBytes = 64 * 1024 * 1024;

/** Reads JSON documents below the root of one stream. */
export interface DocumentReader extends AsyncDisposable {
  read<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T>;
  /** The earliest time at which the server confirmed one of the documents that were read. */
  readonly checkedAt: number;
  /** Whether one of them came from the cache because the server could not be asked. */
  readonly isStale: boolean;
}

type ReaderOptions = Pick<ReadStreamOptions, "ca" | "cache" | "allowHttp" | "keyring">;

/** Opens a {@link DocumentReader}; one connection pool serves all its reads. */
export async function openDocumentReader(root: string, options: ReaderOptions): Promise<DocumentReader> {
  const { ca, cache, keyring, allowHttp = false } = options;
  const { Agent } = await import("undici");
  const agent = new Agent({
    connect: { timeout: 10_000, ...(ca === undefined ? {} : { ca }) },
    maxResponseSize: maxDocumentBytes,
  });
  const kept = cache === undefined ? undefined : openDocumentCache(cache.directory);
  let checkedAt = Number.POSITIVE_INFINITY;
  let isStale = false;
  const current = async (url: URL, signal: AbortSignal): Promise<CurrentDocument> => {
    const known = await kept?.get(url.href);
    if (known !== undefined && isFresh(known, cache?.maxAgeMs ?? 0)) return { kept: known, isConfirmed: false };
    try {
      return { kept: await ask(agent, url, known, signal), isConfirmed: true };
    } catch (error) {
      if (signal.aborted || known === undefined || cache?.allowStale !== true || !isAway(error)) throw error;
      isStale = true;
      return { kept: known, isConfirmed: false };
    }
  };
  return {
    async read(path, schema, signal) {
      const get = (name: string): Promise<CurrentDocument> => current(urlOf(root, name, allowHttp), signal);
      const { url, text, documents } =
        keyring === undefined ? await readPlain(path, get) : await readSigned(path, get, keyring, signal);
      const parsed = parseDocument(text, schema, url);
      for (const document of documents) {
        // Kept only now: what is broken must be asked for again.
        if (document.isConfirmed) await kept?.put(document.kept);
        checkedAt = Math.min(checkedAt, document.kept.checkedAt);
      }
      return parsed;
    },
    get checkedAt() {
      return checkedAt;
    },
    get isStale() {
      return isStale;
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
    },
  };
}

function urlOf(root: string, path: string, allowHttp: boolean): URL {
  const url = new URL(path, `${root}/`);
  if (url.protocol === "https:" || allowHttp) return url;
  throw new SimplestreamsError(`the index of ${root} names ${url.href}, which is not https`, {
    code: "BAD_STREAM",
    address: root,
  });
}

/** A clock that was set back makes nothing fresh. */
function isFresh({ checkedAt }: KeptDocument, maxAgeMs: number): boolean {
  const ageMs = Date.now() - checkedAt;
  return ageMs >= 0 && ageMs < maxAgeMs;
}

function isAway(error: unknown): boolean {
  return error instanceof SimplestreamsError && ["STREAM_UNREACHABLE", "STREAM_UNAVAILABLE"].includes(error.code);
}

/** Asks the server for a document, or whether the known one is still what it has. */
async function ask(
  agent: Agent,
  url: URL,
  known: KeptDocument | undefined,
  signal: AbortSignal,
): Promise<KeptDocument> {
  const headers = {
    accept: "application/json",
    ...(known === undefined || known.etag === "" ? {} : { "if-none-match": known.etag }),
    ...(known === undefined || known.lastModified === "" ? {} : { "if-modified-since": known.lastModified }),
  };
  const checkedAt = Date.now();
  try {
    const path = url.pathname + url.search;
    const response = await agent.request({ method: "GET", origin: url.origin, path, headers, signal });
    const text = await response.body.text();
    if (response.statusCode === 304 && known !== undefined) return { ...known, checkedAt };
    if (response.statusCode !== 200) throw unavailable(url, response.statusCode);
    const tell = (name: string): string => String(response.headers[name] ?? "");
    return { url: url.href, etag: tell("etag"), lastModified: tell("last-modified"), checkedAt, text };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause instanceof SimplestreamsError ? cause : unreachable(url, cause);
  }
}
