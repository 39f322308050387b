import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

/** How documents of streams are kept. */
export interface StreamCacheOptions {
  /** A folder; it is made when it is not there. Several programs may share it. */
  readonly directory: string;
  /** Milliseconds for which the server need not be asked whether a document has changed; 0 by default. */
  readonly maxAgeMs?: number;
  /**
   * Uses what is kept when the server cannot be asked, however old it is; the stream says so in `isStale`. False by
   * default.
   */
  readonly allowStale?: boolean;
}

/** Which version of a document. */
export interface DocumentVersion {
  readonly url: string;
  /** What the server will know this version by; empty when it told nothing. */
  readonly etag: string;
  readonly lastModified: string;
}

/** A document as it is kept. */
export interface KeptDocument extends DocumentVersion {
  /** Milliseconds since 1970 at which the server last said that this is the document. */
  readonly checkedAt: number;
  readonly text: string;
}

/** A folder of documents. */
export interface DocumentCache {
  /** Undefined also when what is there cannot be read: it is fetched again then. */
  get(url: string): Promise<KeptDocument | undefined>;
  /** Keeps it, in place of what was there. */
  put(document: KeptDocument): Promise<void>;
}

const headSchema = z.object({
  url: z.string(),
  etag: z.string(),
  lastModified: z.string(),
  checkedAt: z.number(),
});

/** Opens a folder of documents. */
export function openDocumentCache(directory: string): DocumentCache {
  const fileOf = (url: string): string => join(directory, `${createHash("sha256").update(url).digest("hex")}.stream`);
  return {
    async get(url) {
      let kept: string;
      try {
        kept = await readFile(fileOf(url), "utf8");
      } catch {
        return undefined;
      }
      // One line about the document, then the document itself.
      const end = kept.indexOf("\n");
      const head = headSchema.safeParse(parse(kept.slice(0, end)));
      return head.success && head.data.url === url ? { ...head.data, text: kept.slice(end + 1) } : undefined;
    },
    async put({ text, ...head }) {
      const { default: writeFileAtomic } = await import("write-file-atomic");
      await mkdir(directory, { recursive: true });
      // Half of it after a loss of power is seen, and fetched again.
      await writeFileAtomic(fileOf(head.url), `${JSON.stringify(head)}\n${text}`, { fsync: false });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
