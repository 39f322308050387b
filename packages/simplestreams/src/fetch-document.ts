import { isIPv6 } from "node:net";
import { Duplex } from "node:stream";
import type { z } from "zod";
import { type DocumentVersion, type KeptDocument, openDocumentCache } from "./document-cache.ts";
import { connectTimeoutMs, getText, type GetTextOptions } from "./get-text.ts";
import { parseDocument } from "./parse-document.ts";
import { type CurrentDocument, readPlain, readSigned } from "./signed-document.ts";
import { unavailable } from "./stream-failures.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import type { ReadStreamOptions } from "./read-stream.ts";
import { connectThrough, proxyFor } from "./stream-proxy.ts";

/** Reads JSON documents below the root of one stream. */
export interface DocumentReader extends AsyncDisposable {
  read<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<{ readonly url: URL; readonly content: T }>;
  /** The earliest time at which the server confirmed one of the documents that were read. */
  readonly checkedAt: number;
  /** Whether one of them came from the cache because the server could not be asked. */
  readonly isStale: boolean;
  /** What was read so far, without the texts. */
  readonly versions: readonly DocumentVersion[];
  /** Whether the server sent one of them anew. */
  readonly isNew: boolean;
}

type ReaderOptions = Pick<ReadStreamOptions, "ca" | "proxy" | "cache" | "allowHttp" | "keyring">;

/** Opens a {@link DocumentReader}; one connection pool serves all its reads. */
export async function openDocumentReader(root: string, options: ReaderOptions): Promise<DocumentReader> {
  const { proxy, cache, keyring, allowHttp = false } = options;
  const agent = await openAgent(options);
  const kept = cache === undefined ? undefined : openDocumentCache(cache.directory);
  let checkedAt = Number.POSITIVE_INFINITY;
  let isStale = false;
  let isNew = false;
  const versions: DocumentVersion[] = [];
  const current = async (url: URL, signal: AbortSignal): Promise<CurrentDocument> => {
    const known = await kept?.get(url.href);
    if (known !== undefined && isFresh(known.checkedAt, cache?.maxAgeMs ?? 0))
      return { kept: known, isConfirmed: false };
    try {
      const answer = await ask(url, known, { agent, proxy, allowHttp, signal });
      if (answer.text !== known?.text) isNew = true;
      return { kept: answer, isConfirmed: true };
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
      const content = parseDocument(text, schema, url);
      for (const document of documents) {
        // Kept only now: what is broken must be asked for again.
        if (document.isConfirmed) await kept?.put(document.kept);
        checkedAt = Math.min(checkedAt, document.kept.checkedAt);
        const { url: from, etag, lastModified } = document.kept;
        versions.push({ url: from, etag, lastModified });
      }
      return { url, content };
    },
    get checkedAt() {
      return checkedAt;
    },
    get isStale() {
      return isStale;
    },
    versions,
    get isNew() {
      return isNew;
    },
    async [Symbol.asyncDispose]() {
      agent.destroy();
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

/** Keeps its connections for the next question. */
async function openAgent({ ca, proxy }: Pick<ReaderOptions, "ca" | "proxy">): Promise<GetTextOptions["agent"]> {
  const { Agent } = await import("node:https");
  const agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
  if (proxy === undefined) return agent;
  const direct = agent.createConnection.bind(agent);
  agent.createConnection = (options, done) => {
    const host = options.host ?? "";
    const to = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${String(options.port ?? 443)}`);
    const via = proxyFor(to, proxy);
    if (via === undefined) return direct(options, done);
    connectThrough(via, to, { ca, timeoutMs: connectTimeoutMs }).then(
      (socket) => done?.(null, socket),
      // Nobody looks at the stream then.
      (error: unknown) => done?.(error as Error, new Duplex()),
    );
    return undefined;
  };
  return agent;
}

/** A clock that was set back makes nothing fresh. */
export function isFresh(checkedAt: number, maxAgeMs: number): boolean {
  const ageMs = Date.now() - checkedAt;
  return ageMs >= 0 && ageMs < maxAgeMs;
}

function isAway(error: unknown): boolean {
  return error instanceof SimplestreamsError && ["STREAM_UNREACHABLE", "STREAM_UNAVAILABLE"].includes(error.code);
}

/** Says whether the server still has just these documents; false also where it cannot tell. */
export async function areCurrent(
  documents: readonly DocumentVersion[],
  options: Pick<ReaderOptions, "ca" | "proxy" | "allowHttp">,
  signal: AbortSignal,
): Promise<boolean> {
  const { proxy, allowHttp = false } = options;
  const agent = await openAgent(options);
  try {
    // One after the other over one connection: to open another one takes longer.
    for (const document of documents) {
      const how = { agent, proxy, allowHttp, signal, headers: knownBy(document) };
      const { status } = await getText(new URL(document.url), how);
      if (status !== 304) return false;
    }
    return documents.length > 0;
  } finally {
    agent.destroy();
  }
}

/** What tells a server which version of a document is known. */
function knownBy({ etag, lastModified }: Pick<DocumentVersion, "etag" | "lastModified">): Record<string, string> {
  return {
    accept: "application/json",
    ...(etag === "" ? {} : { "if-none-match": etag }),
    ...(lastModified === "" ? {} : { "if-modified-since": lastModified }),
  };
}

/** Asks the server for a document, or whether the known one is still what it has. */
async function ask(
  url: URL,
  known: KeptDocument | undefined,
  options: Omit<GetTextOptions, "headers">,
): Promise<KeptDocument> {
  const headers = knownBy(known ?? { etag: "", lastModified: "" });
  const checkedAt = Date.now();
  const answer = await getText(url, { ...options, headers });
  if (answer.status === 304 && known !== undefined) return { ...known, checkedAt };
  if (answer.status !== 200) throw unavailable(url, answer.status);
  const tell = (name: string): string => String(answer.headers[name] ?? "");
  return { url: url.href, etag: tell("etag"), lastModified: tell("last-modified"), checkedAt, text: answer.text };
}
