import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { type Random, randomHex } from "./random.ts";
import type { ApiReply } from "./router.ts";

/** A file to answer with. */
export interface ServedFile {
  /** What it is called, for those who save it. */
  readonly filename: string;
  readonly bytes: Buffer;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a file, or with the parts of it that the request's `Range` asks for, as Go's own file server does. */
export function serveFile(
  { headers: asked, random }: { readonly headers: IncomingHttpHeaders; readonly random: Random },
  { filename, bytes, modifiedAt, headers }: ServedFile,
): ApiReply {
  const seconds = Math.floor(modifiedAt / 1000) * 1000;
  const common = {
    ...headers,
    // Header values are bytes, and Node writes a character as one.
    "Content-Disposition": `inline;filename=${Buffer.from(filename).toString("latin1")}`,
    ...(seconds === 0 ? {} : { "Last-Modified": new Date(seconds).toUTCString() }),
  };
  const since = Date.parse(asked["if-modified-since"] ?? "");
  if (seconds !== 0 && seconds <= since) return raw(304, common);
  const ranges = readRanges(asked.range, bytes.length);
  if (ranges === "unsatisfiable" || ranges === "invalid") {
    const plain = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };
    if (ranges === "invalid") return raw(416, { ...common, ...plain }, Buffer.from("invalid range\n"));
    const size = { "Content-Range": `bytes */${String(bytes.length)}` };
    return raw(416, { ...common, ...size, ...plain }, Buffer.from("invalid range: failed to overlap\n"));
  }
  const ranged = { ...common, "Accept-Ranges": "bytes" };
  const [range, another] = ranges;
  const type = { "Content-Type": "application/octet-stream" };
  if (range === undefined) return raw(200, { ...ranged, ...type }, bytes);
  const part = ({ start, end }: ByteRange): Buffer => bytes.subarray(start, end);
  const size = String(bytes.length);
  const text = ({ start, end }: ByteRange): string => `bytes ${String(start)}-${String(end - 1)}/${size}`;
  if (another === undefined) return raw(206, { ...ranged, ...type, "Content-Range": text(range) }, part(range));
  const boundary = randomHex(random, 60);
  const parts = ranges.flatMap((each, index) => [
    Buffer.from(`${index === 0 ? "" : "\r\n"}--${boundary}\r\nContent-Range: ${text(each)}\r\n`),
    Buffer.from(`Content-Type: ${type["Content-Type"]}\r\n\r\n`),
    part(each),
  ]);
  const body = Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return raw(206, { ...ranged, "Content-Type": `multipart/byteranges; boundary=${boundary}` }, body);
}

interface ByteRange {
  readonly start: number;
  /** The first byte behind it. */
  readonly end: number;
}

/** The ranges that `Range` asks for; none when it asks for the whole or for more than that. */
function readRanges(text: string | undefined, size: number): readonly ByteRange[] | "unsatisfiable" | "invalid" {
  if (text === undefined || text === "") return [];
  if (!text.startsWith("bytes=")) return "invalid";
  const ranges: ByteRange[] = [];
  let isBeyond = false;
  for (const part of text.slice("bytes=".length).split(",")) {
    if (part.trim() === "") continue;
    const [, from = "", to = ""] = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part) ?? [];
    if ((from === "" && to === "") || (from !== "" && to !== "" && Number(from) > Number(to))) return "invalid";
    if (from === "") ranges.push({ start: Math.max(0, size - Number(to)), end: size });
    else if (Number(from) >= size) isBeyond = true;
    else ranges.push({ start: Number(from), end: Math.min(size, to === "" ? size : Number(to) + 1) });
  }
  // Of an empty file there is no part, and of a bigger one none that is bigger than itself.
  if (ranges.length === 0) return isBeyond && size > 0 ? "unsatisfiable" : [];
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0) > size ? [] : ranges;
}

function raw(status: number, headers: Readonly<Record<string, string>>, body?: Buffer): ApiReply {
  return {
    kind: "raw",
    write(response: ServerResponse) {
      response.writeHead(status, { ...headers, ...(body && { "Content-Length": String(body.length) }) });
      response.end(body);
      return Promise.resolve();
    },
  };
}
