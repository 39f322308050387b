import { type Directory, entryOf, type FileNode } from "./file-node.ts";
import { FileTreeError } from "./file-tree-error.ts";

/** Where a path leads. */
export interface Place {
  /** The names from the root on, without links; empty for the root itself. */
  readonly names: readonly string[];
  /** What is there; undefined when nothing is, but its directory is. */
  readonly node: FileNode | undefined;
}

const maxLinks = 40;
const maxNameBytes = 255;

/**
 * Follows a path as the kernel does, from the root. A link at its end is followed when `follows` says so.
 *
 * @throws {FileTreeError} when a directory on the way is missing or is none.
 */
export function walk(root: Directory, path: string, { follows }: { readonly follows: boolean }): Place {
  if (path.includes("\0")) throw new FileTreeError("EINVAL");
  const wantsDirectory = /\/\.?$/.test(path);
  const way: { readonly name: string; readonly node: FileNode | undefined }[] = [];
  const current = (): FileNode | undefined => (way.length === 0 ? root : way.at(-1)?.node);
  let left = partsOf(path);
  let links = 0;
  for (;;) {
    const [name, ...rest] = left;
    if (name === undefined) break;
    const directory = current();
    if (directory === undefined) throw new FileTreeError("ENOENT");
    if (directory.type !== "directory") throw new FileTreeError("ENOTDIR");
    left = rest;
    if (name === "..") way.pop();
    if (name === "." || name === "..") continue;
    if (Buffer.byteLength(name) > maxNameBytes) throw new FileTreeError("ENAMETOOLONG");
    const node = entryOf(directory, name);
    if (node?.type !== "symlink" || (rest.length === 0 && !follows && !wantsDirectory)) {
      way.push({ name, node });
      continue;
    }
    links += 1;
    if (links > maxLinks) throw new FileTreeError("ELOOP");
    if (node.target.startsWith("/")) way.length = 0;
    left = [...partsOf(node.target), ...rest];
  }
  const node = current();
  if (wantsDirectory && node !== undefined && node.type !== "directory") throw new FileTreeError("ENOTDIR");
  return { names: way.map(({ name }) => name), node };
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
