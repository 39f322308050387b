import type { FileNode } from "./file-node.ts";
import { FileTreeError } from "./file-tree-error.ts";

/** What is done with a file: it is read, or written. */
export type FileUse = "read" | "write";

const bits: Readonly<Record<FileUse, number>> = { read: 4, write: 2 };

/** Who wants to use a file. */
export interface FileUser {
  readonly uid: number;
  readonly gid: number;
}

/** Refuses what a file's permissions do not allow; root may do everything. */
export function checkAccess({ uid, gid }: FileUser, node: FileNode | undefined, use: FileUse): void {
  if (uid === 0 || node === undefined) return;
  const shift = node.uid === uid ? 6 : node.gid === gid ? 3 : 0;
  if (((node.mode >> shift) & bits[use]) === 0) throw new FileTreeError("EACCES");
}
