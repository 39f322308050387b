import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Flavour } from "@lxdkit/protocol";
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

/** What decides how a file is served. */
export interface FileAsked {
  readonly headers: IncomingHttpHeaders;
  readonly state: { readonly flavour: Flavour; readonly random: Random };
}

/** Answers with a file, or with the parts of it that the request's `Range` asks for, as Go's own file server does. */
export function serveFile(
  { headers: asked, state: { flavour, random } }: FileAsked,
  { filename, bytes, modifiedAt, headers }: ServedFile,
): ApiReply {
  const seconds = Math.floor(modifiedAt / 1000) * 1000;
  const common = {
    ...headers,
    // Header values are bytes, and Node writes a character as one.
    "Content-Disposition": `inline;filename=${Buffer.from(filename).toString("latin1")}`,
    ...(seconds === 0 ? {} : { "Last-Modified": new Date(seconds).toUTCString() }),
  };
  const type = { "Content-Type": "application/octet-stream" };
  const condition = conditionOf(asked, seconds);
  // The length of the file is told, but nothing of it is sent.
  if (condition === "failed") return raw(412, { ...common, ...type }, Buffer.alloc(0), bytes.length);
  if (condition === "not modified") return raw(304, common);
  const ranges = readRanges(asked.range, { size: bytes.length, flavour });
  if (ranges === "unsatisfiable" || ranges === "invalid") {
    const plain = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };
    const size = ranges === "invalid" ? {} : { "Content-Range": `bytes */${String(bytes.length)}` };
    const text = Buffer.from(ranges === "invalid" ? "invalid range\n" : "invalid range: failed to overlap\n");
    const all = { ...common, ...size, ...plain };
    if (flavour === "incus") return raw(416, all, text);
    // LXD tells the length of the file here as well, and does not write what is longer.
    return raw(416, all, text.length > bytes.length ? Buffer.alloc(0) : text, bytes.length);
  }
  const ranged = { ...common, "Accept-Ranges": "bytes" };
  const [range, another] = ranges;
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

/** What the conditions of a request come to; files have no ETag, so nothing but `*` fits them. */
function conditionOf(asked: IncomingHttpHeaders, seconds: number): "met" | "failed" | "not modified" {
  const { "if-match": match, "if-none-match": noneMatch } = asked;
  const changedSince = (text: string | undefined): boolean | undefined => {
    const time = Date.parse(text ?? "");
    return seconds === 0 || Number.isNaN(time) ? undefined : seconds > time;
  };
  if (
    match !== undefined && match !== "" ? match.trim() !== "*" : changedSince(asked["if-unmodified-since"]) === true
  ) {
    return "failed";
  }
  if (noneMatch !== undefined && noneMatch !== "") return noneMatch.trim() === "*" ? "not modified" : "met";
  return changedSince(asked["if-modified-since"]) === false ? "not modified" : "met";
}

interface ByteRange {
  readonly start: number;
  /** The first byte behind it. */
  readonly end: number;
}

/** The ranges that `Range` asks for; none when it asks for the whole or for more than that. */
function readRanges(
  text: string | undefined,
  { size, flavour }: { readonly size: number; readonly flavour: Flavour },
): readonly ByteRange[] | "unsatisfiable" | "invalid" {
  if (text === undefined || text === "") return [];
  if (!text.startsWith("bytes=")) return "invalid";
  const ranges: ByteRange[] = [];
  let isBeyond = false;
  for (const part of text.slice("bytes=".length).split(",")) {
    if (part.trim() === "") continue;
    const [, from = "", to = ""] = /^\s*(\d*)\s*-\s*(\d*)\s*$/.exec(part) ?? [];
    if (from === "" && to === "") return "invalid";
    if (from === "") ranges.push({ start: Math.max(0, size - Number(to)), end: size });
    else if (Number(from) >= size) isBeyond = true;
    else if (to !== "" && Number(from) > Number(to)) return "invalid";
    else ranges.push({ start: Number(from), end: Math.min(size, to === "" ? size : Number(to) + 1) });
  }
  // Incus gives the whole of an empty file to those who want a part of it.
  if (ranges.length === 0) return isBeyond && (size > 0 || flavour === "lxd") ? "unsatisfiable" : [];
  // Nobody is given parts that are longer than the whole.
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0) > size ? [] : ranges;
}

/** An answer with `body`; when another length is promised, the connection ends behind it. */
function raw(
  status: number,
  headers: Readonly<Record<string, string>>,
  body?: Buffer,
  promised: number | undefined = body?.length,
): ApiReply {
  return {
    kind: "raw",
    write(response: ServerResponse) {
      const length = promised === undefined ? {} : { "Content-Length": String(promised) };
      response.writeHead(status, { ...headers, ...length });
      if (promised === body?.length) response.end(body);
      else cutOff(response, body);
      return Promise.resolve();
    },
  };
}

function cutOff(response: ServerResponse, body: Buffer | undefined): void {
  response.flushHeaders();
  if (body !== undefined && body.length > 0) response.write(body);
  response.socket?.destroySoon();
}
