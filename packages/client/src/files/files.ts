import type { Duplex } from "node:stream";
import type { FileAttributes } from "@lxdkit/protocol";
import type { Content } from "@lxdkit/transport";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { openSftp } from "./open-sftp.ts";
import { pullFile, type PullFileOptions } from "./pull-file.ts";
import { pullTree, type TreeOptions, type TreeResult } from "./pull-tree.ts";
import { nothing, pushFile, type PushFileOptions, setFileAttributes } from "./push-file.ts";
import { pushTree, type PushTreeOptions } from "./push-tree.ts";
import { type FileStat, type InstanceFile, readInstanceFile, statInstanceFile } from "./read-file.ts";
import {
  deleteInstanceFile,
  type DeleteFileOptions,
  type MakeDirectoryOptions,
  type NewFileAttributes,
  postFile,
  type WriteFileOptions,
} from "./write-file.ts";

/**
 * Files in instances, running or not. Paths begin at the root of the instance, with or without a slash.
 *
 * Owners and modes: servers set them on new files only, and drop the special bits (set-uid, set-gid, sticky). `write`,
 * `makeDirectory` and `makeSymlink` do just that. `setAttributes`, `pushFile` and `pushTree` also set them on what is
 * there already.
 */
export interface FilesApi {
  /**
   * `GET /1.0/instances/{name}/files`: a file with its content, a directory with its names, a link with where it leads.
   * A pipe keeps the server waiting until somebody writes to it; files of `/proc` look empty.
   */
  get(name: string, path: string, options?: CallOptions): Promise<InstanceFile>;
  /** `HEAD /1.0/instances/{name}/files`: what a file is; links are not followed. Devices and pipes look like files. */
  stat(name: string, path: string, options?: CallOptions): Promise<FileStat>;
  /**
   * `POST /1.0/instances/{name}/files`: writes a file, 0644 and root's unless told otherwise. A link in its place is
   * followed. Content that comes in pieces is read no faster than the server takes it.
   */
  write(name: string, path: string, content: string | Content, options?: WriteFileOptions): Promise<void>;
  /**
   * `POST /1.0/instances/{name}/files` with the type `directory`; 0755 unless told otherwise. The directory above must
   * be there. Servers silently do nothing when something is at the path already, be it a file.
   */
  makeDirectory(name: string, path: string, options?: MakeDirectoryOptions): Promise<void>;
  /** `POST /1.0/instances/{name}/files` with the type `symlink`; `SERVER_ERROR` when something is at the path. */
  makeSymlink(name: string, path: string, target: string, options?: MakeDirectoryOptions): Promise<void>;
  /** `DELETE /1.0/instances/{name}/files`: a file, a link or an empty directory. */
  delete(name: string, path: string, options?: DeleteFileOptions): Promise<void>;
  /** Sets owner and mode of something that is there, through SFTP. Links are followed. */
  setAttributes(name: string, path: string, wanted: NewFileAttributes, options?: CallOptions): Promise<void>;
  /**
   * Copies a local file into an instance. A new file gets the mode of the local one and belongs to root unless told
   * otherwise. One that is there keeps owner and mode, except for those that the options name.
   */
  pushFile(name: string, localPath: string, path: string, options?: PushFileOptions): Promise<void>;
  /**
   * Copies a file from an instance to `localPath`, where it appears when it is complete. Links in the instance are
   * followed. The copy belongs to the caller.
   *
   * @throws {FileError} `FILE_UNEXPECTED_TYPE` for a directory, `FILE_CHANGED`.
   */
  pullFile(name: string, path: string, localPath: string, options?: PullFileOptions): Promise<FileAttributes>;
  /**
   * Copies what is in a local folder to what is then in `path`: directories, also empty ones, files and links with
   * their modes. What is there and not in the folder stays. Files that are there get content, owner and mode; links
   * that are there are replaced, never followed; directories that are there keep owner and mode. Everything belongs to
   * root unless `uid`, `gid` or `keepOwners` say otherwise.
   *
   * @throws {FileError} `FILE_UNEXPECTED_TYPE` when a file is where a directory shall be, or the other way round.
   */
  pushTree(name: string, localFolder: string, path: string, options?: PushTreeOptions): Promise<TreeResult>;
  /**
   * Copies what is in a directory of an instance to what is then in `localFolder`: directories, also empty ones, files
   * and links with their modes. What is there and not in the instance stays. The copy belongs to the caller unless
   * `keepOwners`, which needs root. Links are copied as they are and never followed, on neither side.
   *
   * @throws {FileError} `FILE_UNSAFE_NAME` when the server tells a name that leads elsewhere, `FILE_UNEXPECTED_TYPE`,
   * `FILE_CHANGED`.
   */
  pullTree(name: string, path: string, localFolder: string, options?: TreeOptions): Promise<TreeResult>;
  /** `GET /1.0/instances/{name}/sftp`: a connection that speaks SFTP version 3. Destroy it in the end. */
  sftp(name: string, options?: CallOptions): Promise<Duplex>;
}

/** Makes the calls about files. */
export function filesApi(context: ClientContext): FilesApi {
  return {
    get: (name, path, options = {}) => readInstanceFile(context, name, path, options),
    stat: (name, path, options = {}) => statInstanceFile(context, name, path, options),
    write: (name, path, content, { append = false, ...options } = {}) =>
      postFile(context, name, path, typeof content === "string" ? Buffer.from(content) : content, {
        ...options,
        type: "file",
        write: append ? "append" : "overwrite",
      }),
    makeDirectory: (name, path, options = {}) =>
      postFile(context, name, path, nothing, { mode: 0o755, ...options, type: "directory" }),
    makeSymlink: (name, path, target, options = {}) =>
      postFile(context, name, path, Buffer.from(target), { ...options, type: "symlink" }),
    delete: (name, path, options = {}) => deleteInstanceFile(context, name, path, options),
    setAttributes: (name, path, wanted, options = {}) => setFileAttributes(context, name, path, wanted, options),
    pushFile: (name, localPath, path, options = {}) => pushFile(context, name, localPath, path, options),
    pullFile: (name, path, localPath, options = {}) => pullFile(context, name, path, localPath, options),
    pushTree: (name, localFolder, path, options = {}) => pushTree(context, name, localFolder, path, options),
    pullTree: (name, path, localFolder, options = {}) => pullTree(context, name, path, localFolder, options),
    sftp: (name, options = {}) => openSftp(context, name, options),
  };
}
