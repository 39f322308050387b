import { type Directory, type FileNode, withNode } from "./file-node.ts";
import { checkAccess } from "./file-access.ts";
import { FileTreeError } from "./file-tree-error.ts";
import { type Place, walk } from "./walk.ts";

/** What a file is. */
export interface FileStat {
  readonly type: "file" | "device" | "symlink" | "directory";
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** What may be changed on a file; what is left out stays. */
export type FileChange = Partial<Pick<FileStat, "uid" | "gid" | "mode" | "modifiedAt" | "sizeBytes">>;

/**
 * The files of an instance. Paths begin at its root, with or without a slash; links on the way are followed, and at the
 * end too unless a function says otherwise. What cannot be done throws an error whose `code` is that of the kernel, for
 * example `ENOENT`, `ENOTDIR`, `EISDIR`, `EEXIST` or `ENOTEMPTY`.
 */
export interface InstanceFiles {
  /** What a file is; undefined when there is none. */
  stat(path: string): FileStat | undefined;
  /** What a file is, a link not followed; undefined when there is none. */
  lstat(path: string): FileStat | undefined;
  /** The bytes of a file. */
  read(path: string): Buffer;
  /** The names in a directory. */
  list(path: string): readonly string[];
  /** Where a link leads. */
  readLink(path: string): string;
  /** Writes a whole file; a new one has the mode 0644, and belongs to root, or to whom the command runs as. */
  write(path: string, content: string | Uint8Array): void;
  /** Writes at the end of a file, new ones as {@link write}. */
  append(path: string, content: string | Uint8Array): void;
  /** Writes into a file that is there, from an offset on; what lies between its end and the offset becomes zeros. */
  writeAt(path: string, offsetBytes: number, content: string | Uint8Array): void;
  /** Makes a directory, with the mode 0755. */
  makeDirectory(path: string): void;
  /** Makes a link. */
  makeLink(target: string, path: string): void;
  /** Removes a file, a link or an empty directory. */
  remove(path: string): void;
  /** Gives a file another name; what has that name is replaced. */
  rename(from: string, to: string): void;
  /** Changes owner, mode, time or size. */
  change(path: string, change: FileChange): void;
}

/** Where a tree is kept. */
export interface TreeHolder {
  root(): Directory;
  keep(root: Directory): void;
  now(): number;
  /** Takes what is written to a device. */
  toDevice(path: string, bytes: Buffer): void;
  /** Who does it, and owns what is made; root by default. */
  readonly owner?: { readonly uid: number; readonly gid: number };
}

/** Makes the {@link InstanceFiles} of a tree. */
export function createFileTree(holder: TreeHolder): InstanceFiles {
  const at = (path: string, follows = true): Place => walk(holder.root(), path, { follows });
  const put = (names: readonly string[], node: FileNode | undefined): void => {
    holder.keep(withNode(holder.root(), names, node, holder.now()));
  };
  const existing = (path: string, follows = true): Place & { readonly node: FileNode } => {
    const { node, ...place } = at(path, follows);
    if (node === undefined) throw new FileTreeError("ENOENT");
    return { ...place, node };
  };
  const fresh = holder.owner ?? { uid: 0, gid: 0 };
  /** Looks at the directory in which a name is to be made or removed. */
  const checkChange = (names: readonly string[]): void => {
    checkAccess(fresh, at(`/${names.slice(0, -1).join("/")}`).node, "write");
  };

  function save(path: string, content: (old: string) => string): void {
    // What is to be written cannot end in a slash, whatever is there.
    if (path.endsWith("/")) {
      at(bare(path), false);
      throw new FileTreeError("EISDIR");
    }
    const { names, node } = at(path);
    if (node?.type === "directory") throw new FileTreeError("EISDIR");
    if (node === undefined) checkChange(names);
    else checkAccess(fresh, node, "write");
    if (node?.type === "device") return holder.toDevice(`/${names.join("/")}`, Buffer.from(content(""), "latin1"));
    const old = node?.type === "file" ? node : undefined;
    const attributes = old ?? { type: "file" as const, ...fresh, mode: 0o644 };
    put(names, { ...attributes, type: "file", modifiedAt: holder.now(), content: content(old?.content ?? "") });
  }

  function make(path: string, node: (now: number) => FileNode): void {
    const place = at(bare(path), false);
    if (place.node !== undefined) throw new FileTreeError("EEXIST");
    checkChange(place.names);
    const made = node(holder.now());
    if (path.endsWith("/") && made.type !== "directory") throw new FileTreeError("ENOENT");
    put(place.names, made);
  }

  return {
    stat: (path) => statOf(quietly(() => at(path))?.node),
    lstat: (path) => statOf(quietly(() => at(path, false))?.node),
    read(path) {
      const { node } = existing(path);
      checkAccess(fresh, node, "read");
      if (node.type === "directory") throw new FileTreeError("EISDIR");
      return node.type === "file" ? Buffer.from(node.content, "latin1") : Buffer.alloc(0);
    },
    list(path) {
      const { node } = existing(path);
      if (node.type !== "directory") throw new FileTreeError("ENOTDIR");
      checkAccess(fresh, node, "read");
      return Object.keys(node.entries);
    },
    readLink(path) {
      const { node } = existing(path, false);
      if (node.type !== "symlink") throw new FileTreeError("EINVAL");
      return node.target;
    },
    write: (path, content) => save(path, () => latin1(content)),
    append: (path, content) => save(path, (old) => old + latin1(content)),
    writeAt(path, offsetBytes, content) {
      existing(path);
      save(path, (old) => {
        const added = latin1(content);
        const before = old.length === offsetBytes ? old : old.slice(0, offsetBytes).padEnd(offsetBytes, "\0");
        return before + added + old.slice(offsetBytes + added.length);
      });
    },
    makeDirectory(path) {
      make(path, (modifiedAt) => ({ type: "directory", ...fresh, mode: 0o755, modifiedAt, entries: {} }));
    },
    makeLink(target, path) {
      if (target === "") throw new FileTreeError("ENOENT");
      make(path, (modifiedAt) => ({ type: "symlink", ...fresh, mode: 0o777, modifiedAt, target }));
    },
    remove(path) {
      if (/(?:^|\/)\.$/.test(path)) throw new FileTreeError("EINVAL");
      // With a slash at its end a link is no directory, other than for those who look.
      const { names, node } = existing(bare(path), false);
      if (path.endsWith("/..")) throw new FileTreeError("ENOTEMPTY");
      if (names.length === 0) throw new FileTreeError("EBUSY");
      if (path.endsWith("/") && node.type !== "directory") throw new FileTreeError("ENOTDIR");
      checkChange(names);
      if (node.type === "directory" && Object.keys(node.entries).length > 0) throw new FileTreeError("ENOTEMPTY");
      put(names, undefined);
    },
    rename(from, to) {
      const [source, target] = [at(bare(from), false), at(bare(to), false)];
      if (!hasName(from) || !hasName(to)) throw new FileTreeError("EBUSY");
      const { node } = source;
      if (node === undefined) throw new FileTreeError("ENOENT");
      checkChange(source.names);
      checkChange(target.names);
      const isSlashed = from.endsWith("/") || to.endsWith("/");
      if (node.type !== "directory" && isSlashed) throw new FileTreeError("ENOTDIR");
      if (isBelow(target.names, source.names)) throw new FileTreeError("EINVAL");
      if (isBelow(source.names, target.names)) throw new FileTreeError("ENOTEMPTY");
      if (source.names.join("/") === target.names.join("/")) return;
      checkReplaceable(node, target.node);
      put(source.names, undefined);
      put(target.names, node);
    },
    change(path, { sizeBytes, ...attributes }) {
      const { names, node } = existing(path);
      if (fresh.uid !== 0 && fresh.uid !== node.uid) throw new FileTreeError("EPERM");
      const changed: FileNode = { ...node, ...attributes };
      if (sizeBytes !== undefined && node.type === "directory") throw new FileTreeError("EISDIR");
      const sized =
        sizeBytes === undefined || changed.type !== "file"
          ? changed
          : { ...changed, content: changed.content.slice(0, sizeBytes).padEnd(sizeBytes, "\0") };
      if (names.length === 0) {
        if (sized.type === "directory") holder.keep(sized);
      } else put(names, sized);
    },
  };
}

/** A path without the slashes at its end. */
function bare(path: string): string {
  return path.replace(/(?<=[^/])\/+$/, "");
}

/** Whether a path ends in a name, which the root and the directories above have not. */
function hasName(path: string): boolean {
  return !/(?:^|\/)\.{0,2}$/.test(bare(path));
}

/** The files of the kernel, one character a byte. */
function latin1(content: string | Uint8Array): string {
  return Buffer.from(content).toString("latin1");
}

/** Undefined where nothing can be, because a directory on the way is missing. */
function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof FileTreeError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function statOf(node: FileNode | undefined): FileStat | undefined {
  if (node === undefined) return undefined;
  const { type, uid, gid, mode, modifiedAt } = node;
  const sizeBytes = sizeOf(node);
  return { type, uid, gid, mode, sizeBytes, modifiedAt };
}

function sizeOf(node: FileNode): number {
  switch (node.type) {
    case "file":
      return node.content.length;
    case "symlink":
      return Buffer.byteLength(node.target);
    case "directory":
      return 4096;
    case "device":
      return 0;
  }
}

function isBelow(names: readonly string[], above: readonly string[]): boolean {
  return names.length > above.length && above.every((name, index) => names[index] === name);
}

function checkReplaceable(source: FileNode, target: FileNode | undefined): void {
  if (target === undefined) return;
  if (source.type === "directory" && target.type !== "directory") throw new FileTreeError("ENOTDIR");
  if (target.type !== "directory") return;
  if (source.type !== "directory") throw new FileTreeError("EISDIR");
  if (Object.keys(target.entries).length > 0) throw new FileTreeError("ENOTEMPTY");
}
