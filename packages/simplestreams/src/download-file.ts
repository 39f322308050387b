import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Agent, Dispatcher } from "undici";
import { nextLocation } from "./redirect.ts";
import { unavailable, unreachable } from "./stream-failures.ts";
import { proxyFor, type StreamProxy } from "./stream-proxy.ts";
import { SimplestreamsError } from "./simplestreams-error.ts";
import type { StreamImageFile } from "./stream-image.ts";

/** Where a file goes. */
export interface DownloadFileOptions {
  readonly path: string;
  /** Also goes on to where the host refers to by plain http. */
  readonly allowHttp: boolean;
  /** For `http:` addresses; the agent has its own. */
  readonly proxy: StreamProxy | undefined;
  readonly signal: AbortSignal | undefined;
  /** Hears how many bytes of it are there. */
  onBytes(bytes: number): void;
}

/** As long as each connection brings something, a cut is no reason to give up. */
const fruitlessTries = 3;

/**
 * Downloads one file to `path`, by way of `path.part`, which the next try goes on with.
 *
 * @throws {SimplestreamsError} `STREAM_UNREACHABLE`, `STREAM_UNTRUSTED`, `STREAM_UNAVAILABLE`, `IMAGE_HASH_MISMATCH`.
 */
export async function downloadFile(
  agent: Agent,
  url: URL,
  file: StreamImageFile,
  options: DownloadFileOptions,
): Promise<void> {
  const { path, signal, onBytes } = options;
  const part = `${path}.part`;
  if ((await sizeOf(path)) === file.sizeBytes) {
    if ((await hashOf(path, signal)).digest("hex") === file.sha256) {
      onBytes(file.sizeBytes);
      return;
    }
    await rm(path);
  }
  const isResumed = (await sizeOf(part)) > 0;
  await fetchAll(agent, url, file, part, options);
  if ((await hashOf(part, signal)).digest("hex") !== file.sha256) {
    await rm(part, { force: true });
    // What an earlier try left may be of another version.
    if (isResumed) return downloadFile(agent, url, file, options);
    throw mismatch(url, file);
  }
  await rename(part, path);
}

/** Brings `part` to its full size. */
async function fetchAll(
  agent: Agent,
  url: URL,
  file: StreamImageFile,
  part: string,
  { allowHttp, proxy, signal, onBytes }: DownloadFileOptions,
): Promise<void> {
  let fruitless = 0;
  for (;;) {
    signal?.throwIfAborted();
    const had = await sizeOf(part);
    if (had > file.sizeBytes) await rm(part);
    else if (had === file.sizeBytes && file.sizeBytes > 0) return;
    try {
      await fetchRest(agent, url, file, part, {
        from: had > file.sizeBytes ? 0 : had,
        allowHttp,
        proxy,
        signal,
        onBytes,
      });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SimplestreamsError) throw error;
      fruitless = (await sizeOf(part)) > had ? 0 : fruitless + 1;
      if (fruitless >= fruitlessTries) throw unreachable(url, error);
    }
  }
}

interface RestOptions extends Omit<DownloadFileOptions, "path"> {
  readonly from: number;
}

async function fetchRest(
  agent: Agent,
  url: URL,
  file: StreamImageFile,
  part: string,
  { onBytes, ...how }: RestOptions,
): Promise<void> {
  const { from } = how;
  const response = await ask(agent, url, how);
  const isRest = response.statusCode === 206 && from > 0;
  if (!isRest && response.statusCode !== 200) {
    await response.body.dump();
    throw unavailable(url, response.statusCode);
  }
  // A server without ranges sends all of it again.
  const target = await open(part, isRest ? "a" : "w");
  try {
    await copyBody(response.body, target, { has: isRest ? from : 0, limit: file.sizeBytes, onBytes, url });
  } finally {
    await target.close();
  }
  if ((await sizeOf(part)) < file.sizeBytes) throw shorter(url, file);
}

/** Asks the host for a file, and the hosts that it refers to. */
async function ask(
  agent: Agent,
  url: URL,
  { from, allowHttp, proxy, signal }: Omit<RestOptions, "onBytes">,
): Promise<Dispatcher.ResponseData> {
  let at = url;
  for (let hops = 0; ; hops += 1) {
    const via = at.protocol === "http:" ? proxyFor(at, proxy) : undefined;
    const range: Readonly<Record<string, string>> = from > 0 ? { range: `bytes=${String(from)}-` } : {};
    const target =
      via === undefined
        ? { origin: at.origin, path: at.pathname + at.search, headers: range }
        : { origin: via.url.origin, path: at.href, headers: { ...range, ...via.headers, host: at.host } };
    const response = await agent.request({
      method: "GET",
      ...target,
      ...(signal === undefined ? {} : { signal }),
    });
    const { location } = response.headers;
    const to = Array.isArray(location) ? location[0] : location;
    const next = nextLocation(at, response.statusCode, to, { hops, allowHttp });
    if (next === undefined) return response;
    await response.body.dump();
    at = next;
  }
}

async function copyBody(
  body: Dispatcher.ResponseData["body"],
  target: FileHandle,
  options: { readonly has: number; readonly limit: number; readonly url: URL; onBytes(bytes: number): void },
): Promise<void> {
  let { has } = options;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    has += chunk.length;
    if (has > options.limit) {
      throw new SimplestreamsError(`${options.url.href} is larger than the stream says`, {
        code: "IMAGE_HASH_MISMATCH",
        address: options.url.href,
      });
    }
    await target.writeFile(chunk);
    options.onBytes(has);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

async function hashOf(path: string, signal: AbortSignal | undefined): Promise<Hash> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { end: false, ...(signal === undefined ? {} : { signal }) });
  return hash;
}

function mismatch(url: URL, { sha256 }: StreamImageFile): SimplestreamsError {
  return new SimplestreamsError(`${url.href} has another hash than the stream says (${sha256})`, {
    code: "IMAGE_HASH_MISMATCH",
    address: url.href,
    hint: "The image server is broken or was tampered with; use another version or another server.",
  });
}

function shorter(url: URL, { sizeBytes }: StreamImageFile): SimplestreamsError {
  return new SimplestreamsError(`${url.href} is shorter than the ${String(sizeBytes)} bytes that the stream says`, {
    code: "IMAGE_HASH_MISMATCH",
    address: url.href,
  });
}
