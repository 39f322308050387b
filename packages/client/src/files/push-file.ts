import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Content } from "@lxdkit/transport";
import { isNotFound } from "@lxdkit/transport";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { chunkBytes } from "./chunk-bytes.ts";
import { countBytes, type OnFileProgress } from "./file-progress.ts";
import { absolutePath, parentPath } from "./file-path.ts";
import { FileError } from "./file-error.ts";
import { statInstanceFile } from "./read-file.ts";
import { openSftpSession } from "./open-sftp.ts";
import { type NewFileAttributes, postFile } from "./write-file.ts";

/** Options of {@link FilesApi.pushFile}. */
export interface PushFileOptions extends CallOptions, NewFileAttributes {
  /**
   * Make the directories above that are missing, with the mode 0755, owned by root unless attributes are given; false
   * by default.
   */
  readonly createParents?: boolean | NewFileAttributes | undefined;
  readonly onProgress?: OnFileProgress | undefined;
}

/** Copies a file into an instance. See {@link FilesApi.pushFile}. */
export async function pushFile(
  context: ClientContext,
  name: string,
  localPath: string,
  path: string,
  options: PushFileOptions,
): Promise<void> {
  const { signal, timeoutMs, project, createParents = false, onProgress, uid, gid, mode } = options;
  const call = { signal, timeoutMs, project };
  const local = await stat(localPath);
  if (!local.isFile()) throw new FileError(`${localPath} is not a file`, { code: "FILE_UNEXPECTED_TYPE" });
  const counter = countBytes(onProgress, local.size);
  if (createParents !== false) {
    await makeParents(context, name, parentPath(absolutePath(path)), createParents === true ? {} : createParents, call);
  }
  const isThere = await exists(context, name, path, call);
  const attributes = { uid: uid ?? 0, gid: gid ?? 0, mode: mode ?? local.mode & 0o777 };
  const source = createReadStream(localPath, { highWaterMark: chunkBytes, ...(signal && { signal }) });
  await postFile(context, name, path, counter.count(source), { ...call, ...attributes, type: "file" });
  const isWanted = uid !== undefined || gid !== undefined || mode !== undefined;
  // Servers set owner and mode of new files only.
  if (isThere && isWanted) await setFileAttributes(context, name, path, { uid, gid, mode }, call);
  counter.finish();
}

/** Sets owner and mode of what is there already. See {@link FilesApi.setAttributes}. */
export async function setFileAttributes(
  context: ClientContext,
  name: string,
  path: string,
  wanted: NewFileAttributes,
  options: CallOptions,
): Promise<void> {
  const sftp = await openSftpSession(context, name, options);
  try {
    await sftp.setAttributes(absolutePath(path), wanted);
  } finally {
    sftp.close();
  }
}

/** Makes a directory and those above it, as far as they are missing. */
export async function makeParents(
  context: ClientContext,
  name: string,
  path: string,
  { uid = 0, gid = 0, mode = 0o755 }: NewFileAttributes,
  options: CallOptions,
): Promise<void> {
  if (path === "/" || (await exists(context, name, path, options))) return;
  await makeParents(context, name, parentPath(path), { uid, gid, mode }, options);
  await postFile(context, name, path, nothing, { ...options, uid, gid, mode, type: "directory" });
}

/** The content of what has none. */
export const nothing: Content = new Uint8Array();

async function exists(context: ClientContext, name: string, path: string, options: CallOptions): Promise<boolean> {
  try {
    await statInstanceFile(context, name, path, options);
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
