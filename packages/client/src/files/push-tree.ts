import { createReadStream, type Dirent } from "node:fs";
import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { ClientContext } from "../client-context.ts";
import { chunkBytes } from "./chunk-bytes.ts";
import { FileError } from "./file-error.ts";
import { absolutePath, childPath, parentPath } from "./file-path.ts";
import { countBytes } from "./file-progress.ts";
import { openSftpSession } from "./open-sftp.ts";
import type { TreeOptions, TreeResult } from "./pull-tree.ts";
import { makeParents, nothing } from "./push-file.ts";
import { runBounded } from "./run-bounded.ts";
import type { SftpSession } from "./sftp-session.ts";
import { deleteInstanceFile, type NewFileAttributes, postFile } from "./write-file.ts";

/** Options of {@link FilesApi.pushTree}. */
export interface PushTreeOptions extends TreeOptions {
  /** Owner of everything in the copy; 0 by default, or as here with `keepOwners`. */
  readonly uid?: number | undefined;
  /** Group of everything in the copy; 0 by default, or as here with `keepOwners`. */
  readonly gid?: number | undefined;
  /** Make the directories above that are missing, as `pushFile` does; false by default. */
  readonly createParents?: boolean | NewFileAttributes | undefined;
}

/** Something here and its place in the instance. */
interface Item {
  readonly local: string;
  readonly path: string;
  readonly attributes: { readonly uid: number; readonly gid: number; readonly mode: number };
  readonly sizeBytes: number;
}

interface Items {
  readonly directories: Item[];
  readonly files: Item[];
  readonly symlinks: Item[];
  readonly skipped: string[];
}

/** Copies a folder into an instance. See {@link FilesApi.pushTree}. */
export async function pushTree(
  context: ClientContext,
  name: string,
  localFolder: string,
  path: string,
  options: PushTreeOptions,
): Promise<TreeResult> {
  const { signal, timeoutMs, project, parallel, createParents = false, onProgress } = options;
  const call = { timeoutMs, project };
  const root = absolutePath(path);
  const { directories, files, symlinks, skipped } = await walk(localFolder, root, options);
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const counter = countBytes(onProgress, bytes);
  if (createParents !== false) {
    const parents = createParents === true ? {} : createParents;
    await makeParents(context, name, parentPath(root), parents, { ...call, signal });
  }
  const sftp = await openSftpSession(context, name, { ...call, signal });
  try {
    // In a directory that this call has made there is nothing yet.
    const made = new Set<string>();
    for (const { path: place, attributes } of directories) {
      const existing = made.has(parentPath(place)) ? undefined : await sftp.lstat(place);
      if (existing === undefined) {
        await postFile(context, name, place, nothing, { ...call, ...attributes, signal, type: "directory" });
        made.add(place);
      } else if (existing.type !== "directory") throw inTheWay(place, existing.type);
    }
    await runBounded(files, { parallel, signal }, async ({ local, path: place, attributes }, either) => {
      const isNew =
        made.has(parentPath(place)) || (await clear(context, sftp, name, place, { ...call, signal: either }));
      const content = counter.count(createReadStream(local, { highWaterMark: chunkBytes, signal: either }));
      await postFile(context, name, place, content, { ...call, ...attributes, signal: either, type: "file" });
      // Servers set owner and mode of new files only.
      if (!isNew) await sftp.setAttributes(place, attributes);
    });
    await runBounded(symlinks, { parallel, signal }, async ({ local, path: place, attributes }, either) => {
      const to = { ...call, signal: either };
      if (!made.has(parentPath(place)) && !(await clear(context, sftp, name, place, to))) {
        await deleteInstanceFile(context, name, place, to);
      }
      const { uid, gid } = attributes;
      await postFile(context, name, place, Buffer.from(await readlink(local)), { ...to, uid, gid, type: "symlink" });
    });
  } finally {
    sftp.close();
  }
  counter.finish();
  return { files: files.length, directories: directories.length, symlinks: symlinks.length, bytes, skipped };
}

/**
 * Sees to it that nothing but a file is at a place: a link would be written through, so it is deleted. Resolves with
 * true when nothing is there any more.
 */
async function clear(
  context: ClientContext,
  sftp: SftpSession,
  name: string,
  path: string,
  call: { readonly signal: AbortSignal },
): Promise<boolean> {
  const existing = await sftp.lstat(path);
  if (existing?.type === "file") return false;
  if (existing?.type === "directory" || existing?.type === "other") throw inTheWay(path, existing.type);
  if (existing !== undefined) await deleteInstanceFile(context, name, path, call);
  return true;
}

/** Everything below a folder, directories before what is in them. Links are not followed, the folder itself is. */
async function walk(localFolder: string, root: string, options: PushTreeOptions): Promise<Items> {
  const items: Items = { directories: [], files: [], symlinks: [], skipped: [] };
  const owner = (stats: { readonly uid: number; readonly gid: number }) => ({
    uid: options.uid ?? (options.keepOwners === true ? stats.uid : 0),
    gid: options.gid ?? (options.keepOwners === true ? stats.gid : 0),
  });
  const describe = async (local: string, path: string): Promise<Item> => {
    const stats = await lstat(local);
    return { local, path, attributes: { ...owner(stats), mode: stats.mode & 0o777 }, sizeBytes: stats.size };
  };
  items.directories.push(await describe(await realpath(localFolder), root));
  // The list grows while it is gone through.
  for (const { local, path } of items.directories) {
    options.signal?.throwIfAborted();
    for (const entry of await readdir(local, { withFileTypes: true })) {
      const place = join(local, entry.name);
      const list = listFor(items, entry);
      if (list === undefined) items.skipped.push(place);
      else list.push(await describe(place, childPath(path, entry.name)));
    }
  }
  return items;
}

function listFor(items: Items, entry: Dirent): Item[] | undefined {
  if (entry.isDirectory()) return items.directories;
  if (entry.isFile()) return items.files;
  return entry.isSymbolicLink() ? items.symlinks : undefined;
}

function inTheWay(path: string, type: string): FileError {
  return new FileError(`${path} is in the way: it is a ${type}`, { code: "FILE_UNEXPECTED_TYPE" });
}
