import type { z } from "zod";
import type { Agent } from "undici";
import { type DocumentCache, type KeptDocument, openDocumentCache } from "./document-cache.ts";
import { parseDocument } from "./parse-document.ts";
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

type ReaderOptions = Pick<ReadStreamOptions, "ca" | "cache" | "allowHttp">;

/** Opens a {@link DocumentReader}; one connection pool serves all its reads. */
export async function openDocumentReader(root: string, options: ReaderOptions): Promise<DocumentReader> {
  const { ca, cache, allowHttp = false } = options;
  const { Agent } = await import("undici");
  const agent = new Agent({
    connect: { timeout: 10_000, ...(ca === undefined ? {} : { ca }) },
    maxResponseSize: maxDocumentBytes,
  });
  const kept = cache === undefined ? undefined : openDocumentCache(cache.directory);
  let checkedAt = Number.POSITIVE_INFINITY;
  let isStale = false;
  const current = async (url: URL, signal: AbortSignal): Promise<KeptDocument> => {
    const known = await kept?.get(url.href);
    if (known !== undefined && isFresh(known, cache?.maxAgeMs ?? 0)) return known;
    try {
      return await ask(agent, url, known, kept, signal);
    } catch (error) {
      if (signal.aborted || known === undefined || cache?.allowStale !== true || !isAway(error)) throw error;
      isStale = true;
      return known;
    }
  };
  return {
    async read(path, schema, signal) {
      const url = new URL(path, `${root}/`);
      if (url.protocol !== "https:" && !allowHttp) {
        throw new SimplestreamsError(`the index of ${root} names ${url.href}, which is not https`, {
          code: "BAD_STREAM",
          address: root,
        });
      }
      const document = await current(url, signal);
      checkedAt = Math.min(checkedAt, document.checkedAt);
      return parseDocument(document.text, schema, url);
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
  kept: DocumentCache | undefined,
  signal: AbortSignal,
): Promise<KeptDocument> {
  const headers = {
    accept: "application/json",
    ...(known === undefined || known.etag === "" ? {} : { "if-none-match": known.etag }),
    ...(known === undefined || known.lastModified === "" ? {} : { "if-modified-since": known.lastModified }),
  };
  const checkedAt = Date.now();
  let document: KeptDocument;
  try {
    const path = url.pathname + url.search;
    const response = await agent.request({ method: "GET", origin: url.origin, path, headers, signal });
    const text = await response.body.text();
    if (response.statusCode === 304 && known !== undefined) document = { ...known, checkedAt };
    else if (response.statusCode === 200) {
      const tell = (name: string): string => String(response.headers[name] ?? "");
      document = { url: url.href, etag: tell("etag"), lastModified: tell("last-modified"), checkedAt, text };
    } else throw unavailable(url, response.statusCode);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause instanceof SimplestreamsError ? cause : unreachable(url, cause);
  }
  await kept?.put(document);
  return document;
}

function unavailable(url: URL, status: number): SimplestreamsError {
  return new SimplestreamsError(`the image server answered ${String(status)} to ${url.href}`, {
    code: "STREAM_UNAVAILABLE",
    address: url.href,
    hint: "Check that the address is the root of a simplestreams server: it must have streams/v1/index.json.",
  });
}

function unreachable(url: URL, cause: unknown): SimplestreamsError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code);
  return new SimplestreamsError(`cannot read ${url.href}: ${message}`, {
    code: isCertificate ? "STREAM_UNTRUSTED" : "STREAM_UNREACHABLE",
    address: url.href,
    cause,
    ...(isCertificate
      ? { hint: "If the image server has a certificate of its own authority, name that file in NODE_EXTRA_CA_CERTS." }
      : { hint: "Check the address, the network and the proxy." }),
  });
}
