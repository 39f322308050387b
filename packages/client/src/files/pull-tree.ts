import { chmod, chown, lchown, lstat, mkdir, rename, rm, symlink } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { FileError } from "./file-error.ts";
import { absolutePath, childPath, safeName } from "./file-path.ts";
import { countBytes, type OnFileProgress } from "./file-progress.ts";
import { openSftpSession } from "./open-sftp.ts";
import { storeFile } from "./pull-file.ts";
import { readInstanceFile } from "./read-file.ts";
import { runBounded } from "./run-bounded.ts";
import type { SftpAttributes, SftpFileType } from "./sftp-packet.ts";
import type { SftpSession } from "./sftp-session.ts";

/** Options of {@link FilesApi.pullTree} that {@link FilesApi.pushTree} has too. */
export interface TreeOptions extends CallOptions {
  /** How many files are transferred at the same time; 8 by default. */
  readonly parallel?: number | undefined;
  /** Keep the numeric owners; otherwise the copy belongs to whom the options of the call say. */
  readonly keepOwners?: boolean | undefined;
  readonly onProgress?: OnFileProgress | undefined;
}

/** What was copied. */
export interface TreeResult {
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  readonly bytes: number;
  /** Devices, pipes and sockets: they have no content to copy. */
  readonly skipped: readonly string[];
}

/** Something of the instance and its place here. */
interface Entry {
  readonly path: string;
  readonly local: string;
  readonly attributes: SftpAttributes;
}

/** Copies a directory from an instance. See {@link FilesApi.pullTree}. */
export async function pullTree(
  context: ClientContext,
  name: string,
  path: string,
  localFolder: string,
  options: TreeOptions,
): Promise<TreeResult> {
  const { signal, timeoutMs, project, parallel, keepOwners = false, onProgress } = options;
  const call = { timeoutMs, project };
  const sftp = await openSftpSession(context, name, { ...call, signal });
  try {
    const found = await walk(sftp, absolutePath(path), localFolder);
    const bytes = found.file.reduce((sum, { attributes }) => sum + attributes.sizeBytes, 0);
    const counter = countBytes(onProgress, bytes);
    await mkdir(localFolder, { recursive: true });
    for (const { local } of found.directory.slice(1)) await makeRealDirectory(local);
    await runBounded(found.file, { parallel, signal }, async (entry, either) => {
      const file = await readInstanceFile(context, name, entry.path, { ...call, signal: either });
      if (file.type !== "file") throw changed(entry.path);
      const { mode, uid, gid } = entry.attributes;
      await storeFile(file, entry.local, { mode, count: counter.count, signal: either });
      if (keepOwners) await lchown(entry.local, uid, gid);
    });
    // Links come last: nothing can be written through one.
    for (const { path: from, local, attributes } of found.symlink) {
      signal?.throwIfAborted();
      await placeLink(await sftp.readLink(from), local);
      if (keepOwners) await lchown(local, attributes.uid, attributes.gid);
    }
    // A directory may forbid writing, so its mode comes after everything in it.
    for (const { local, attributes } of found.directory.toReversed()) {
      if (keepOwners) await chown(local, attributes.uid, attributes.gid);
      await chmod(local, attributes.mode & 0o777);
    }
    counter.finish();
    return {
      files: found.file.length,
      directories: found.directory.length,
      symlinks: found.symlink.length,
      bytes,
      skipped: found.other.map((entry) => entry.path),
    };
  } finally {
    sftp.close();
  }
}

/** Everything below a directory by its type, directories before what is in them. */
async function walk(
  sftp: SftpSession,
  path: string,
  local: string,
): Promise<Readonly<Record<SftpFileType, readonly Entry[]>>> {
  const attributes = await sftp.lstat(path);
  if (attributes?.type !== "directory") {
    const is = attributes === undefined ? "is not there" : `is not a directory but a ${attributes.type}`;
    throw new FileError(`${path} ${is}`, { code: "FILE_UNEXPECTED_TYPE" });
  }
  const found: Record<SftpFileType, Entry[]> = { file: [], directory: [], symlink: [], other: [] };
  found.directory.push({ path, local, attributes });
  // The list grows while it is gone through.
  for (const directory of found.directory) {
    const names = new Set<string>();
    for (const entry of await sftp.list(directory.path)) {
      const own = safeName(directory.path, entry.name);
      if (names.has(own)) throw changed(childPath(directory.path, own));
      names.add(own);
      found[entry.attributes.type].push({
        path: childPath(directory.path, own),
        local: join(directory.local, own),
        attributes: entry.attributes,
      });
    }
  }
  return found;
}

/** Makes a directory, or takes the one that is there. A link to one would lead out of the folder, and is refused. */
async function makeRealDirectory(local: string): Promise<void> {
  try {
    await mkdir(local, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if ((await lstat(local)).isDirectory()) return;
    const text = `${local} is in the way: it is not a directory`;
    throw new FileError(text, { code: "FILE_UNEXPECTED_TYPE", cause: error });
  }
}

async function placeLink(target: string, local: string): Promise<void> {
  const draft = join(dirname(local), `.${randomUUID()}.part`);
  await symlink(target, draft);
  try {
    await rename(draft, local);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function changed(path: string): FileError {
  return new FileError(`${path} changed while it was copied`, { code: "FILE_CHANGED" });
}
