import { createReadStream } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StreamDefect } from "./stream-defect.ts";

/** What the host serves under a path; `source` is the bytes or the path of a file. */
export interface Content {
  readonly type: string;
  readonly sizeBytes: number;
  readonly source: Buffer | string;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since 1970, whole seconds. */
  readonly modifiedMs: number;
}

/** The part of a content that is asked for; `end` is behind its last byte. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** How to send. */
export interface ServeOptions {
  readonly defect: StreamDefect | undefined;
  /** Waits for so many milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Answers `GET` and `HEAD`: the whole, a part of it (`Range`), or 304 (`If-None-Match`, `If-Modified-Since`). */
export async function serveContent(
  request: IncomingMessage,
  response: ServerResponse,
  content: Content,
  { defect, sleep }: ServeOptions,
): Promise<void> {
  if (defect?.kind === "slow" && defect.waitMs !== undefined) await sleep(defect.waitMs);
  const { headers } = request;
  const sizeBytes = defect?.kind === "truncated" ? Math.floor(content.sizeBytes / 2) : content.sizeBytes;
  const common = {
    etag: content.etag,
    "last-modified": new Date(content.modifiedMs).toUTCString(),
    "accept-ranges": "bytes",
  };
  if (isKnown(request, content)) {
    response.writeHead(304, common).end();
    return;
  }
  const range = headers["if-range"] === undefined || headers["if-range"] === content.etag ? headers.range : undefined;
  const wanted = readRange(range, sizeBytes);
  if (wanted === undefined) {
    response.writeHead(416, { ...common, "content-range": `bytes */${String(sizeBytes)}` }).end();
    return;
  }
  const isPart = wanted !== "all";
  const { start, end } = isPart ? wanted : { start: 0, end: sizeBytes };
  response.writeHead(isPart ? 206 : 200, {
    ...common,
    "content-type": content.type,
    "content-length": end - start,
    ...(isPart ? { "content-range": `bytes ${String(start)}-${String(end - 1)}/${String(sizeBytes)}` } : {}),
  });
  if (request.method === "HEAD" || end === start) response.end();
  // A reader that goes away, or a file that does, ends the answer early; the client sees it by the missing end.
  else await send(response, content, { start, end }, { defect, sleep });
}

function isKnown({ headers }: IncomingMessage, { etag, modifiedMs }: Content): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) return tags === "*" || tags.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return !Number.isNaN(since) && modifiedMs <= since;
}

/** One range of bytes; `all` for none or what is no such range, undefined for one that is outside. */
function readRange(header: string | undefined, sizeBytes: number): Range | "all" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return "all";
  // Without a first byte it is the length of the end.
  const start = first === "" ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === "" || last === "" ? sizeBytes : Math.min(sizeBytes, Number(last) + 1);
  return start >= sizeBytes || end <= start ? undefined : { start, end };
}

async function send(
  response: ServerResponse,
  { source }: Content,
  { start, end }: Range,
  { defect, sleep }: ServeOptions,
): Promise<void> {
  const until = defect?.kind === "cut" ? start + Math.floor((end - start) / 2) : end;
  const bytes =
    typeof source === "string"
      ? createReadStream(source, { start, end: until - 1 })
      : Readable.from([source.subarray(start, until)]);
  if (defect?.kind === "cut") {
    for await (const chunk of until === start ? [] : bytes) response.write(chunk);
    // What was written goes out first.
    response.socket?.destroySoon();
    return;
  }
  if (defect?.kind === "altered") await pipeline(bytes, alter, response);
  else if (defect?.kind === "slow") await pipeline(bytes, slowed(defect.bytesPerSecond, sleep), response);
  else await pipeline(bytes, response);
}

async function* alter(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) yield chunk.map((byte) => byte ^ 0xff) as Buffer;
}

const piecesPerSecond = 20;

function slowed(
  bytesPerSecond = Number.POSITIVE_INFINITY,
  sleep: ServeOptions["sleep"],
): (bytes: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  const size = Math.max(1, Math.floor(bytesPerSecond / piecesPerSecond));
  return async function* (bytes) {
    for await (const chunk of bytes) {
      for (let at = 0; at < chunk.length; at += size) {
        if (at > 0) await sleep(1000 / piecesPerSecond);
        yield chunk.subarray(at, at + size);
      }
    }
  };
}
