import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { FileAttributes } from "@lxdkit/protocol";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { chunkBytes } from "./chunk-bytes.ts";
import { FileError } from "./file-error.ts";
import { countBytes, type OnFileProgress } from "./file-progress.ts";
import { type InstanceFile, readInstanceFile } from "./read-file.ts";

const maxLinks = 40;

/** Options of {@link FilesApi.pullFile}. */
export interface PullFileOptions extends CallOptions {
  /** Permission bits of the file here; those in the instance by default. Special bits are never taken over. */
  readonly mode?: number | undefined;
  readonly onProgress?: OnFileProgress | undefined;
}

/** Copies a file from an instance. See {@link FilesApi.pullFile}. */
export async function pullFile(
  context: ClientContext,
  name: string,
  path: string,
  localPath: string,
  { mode, onProgress, ...options }: PullFileOptions,
): Promise<FileAttributes> {
  const file = await openFollowing(context, name, path, options);
  const counter = countBytes(onProgress, file.sizeBytes);
  await storeFile(file, localPath, {
    mode: mode ?? file.attributes.mode,
    count: counter.count,
    signal: options.signal,
  });
  counter.finish();
  return file.attributes;
}

/** A regular file of an instance. */
export type RegularFile = InstanceFile & { readonly type: "file" };

/** How {@link storeFile} stores a file. */
export interface StoreOptions {
  readonly mode: number | undefined;
  /** Sees the bytes that pass. */
  count(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes a file here under another name, and gives it its own when it is complete: nobody finds half of it, and a link
 * that stands in its place is replaced, not followed.
 */
export async function storeFile(file: RegularFile, localPath: string, options: StoreOptions): Promise<void> {
  const { mode = 0o644, count, signal } = options;
  const draft = join(dirname(localPath), `.${randomUUID()}.part`);
  try {
    const target = createWriteStream(draft, { flags: "wx", mode: mode & 0o777, highWaterMark: chunkBytes });
    await pipeline(file.body, count, exactly(file), target, signal === undefined ? {} : { signal });
    await rename(draft, localPath);
  } catch (error) {
    file.body.destroy();
    await rm(draft, { force: true });
    signal?.throwIfAborted();
    throw error;
  }
}

/** A body that ends too early is an error of the connection already; one that has another size was changed. */
function exactly({ sizeBytes }: RegularFile) {
  return async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      yield chunk;
    }
    if (sizeBytes === undefined || size === sizeBytes) return;
    throw new FileError(`${String(size)} bytes came of ${String(sizeBytes)}`, { code: "FILE_CHANGED" });
  };
}

/** Opens a regular file; a link is followed inside of the instance. */
async function openFollowing(
  context: ClientContext,
  name: string,
  path: string,
  options: CallOptions,
): Promise<RegularFile> {
  let at = path;
  for (let links = 0; links <= maxLinks; links += 1) {
    const file = await readInstanceFile(context, name, at, options);
    if (file.type === "file") return file;
    if (file.type === "directory") {
      const hint = "Copy directories as trees.";
      throw new FileError(`${at} in ${name} is a directory`, { code: "FILE_UNEXPECTED_TYPE", hint });
    }
    at = file.target;
  }
  throw new FileError(`${path} in ${name} is a link that leads nowhere`, { code: "FILE_UNEXPECTED_TYPE" });
}
