import type { ParsedTarEntryWithData } from "modern-tar";
import { type Directory, entryOf, type FileNode } from "../files/file-node.ts";

/** The members of an archive for a directory and all that is in it; `path` ends without a slash. Devices are left out. */
export function treeEntries(path: string, root: Directory): readonly ParsedTarEntryWithData[] {
  const { uid, gid, mode, modifiedAt } = root;
  const mtime = new Date(modifiedAt);
  return [
    { header: { name: path, type: "directory", size: 0, uid, gid, mode, mtime } },
    ...Object.entries(root.entries).flatMap(([name, node]) => nodeEntries(`${path}/${name}`, node)),
  ];
}

function nodeEntries(name: string, node: FileNode): readonly ParsedTarEntryWithData[] {
  const { uid, gid, mode, modifiedAt } = node;
  const common = { name, uid, gid, mode, mtime: new Date(modifiedAt) };
  switch (node.type) {
    case "directory":
      return treeEntries(name, node);
    case "file": {
      const data = new Uint8Array(Buffer.from(node.content, "latin1"));
      return [{ header: { ...common, type: "file", size: data.length }, data }];
    }
    case "symlink":
      return [{ header: { ...common, type: "symlink", size: 0, linkname: node.target } }];
    case "device":
      return [];
  }
}

/** The directory that the members below `path` make; undefined when there are none. */
export function treeOf(path: string, entries: readonly ParsedTarEntryWithData[]): Directory | undefined {
  const start = `${path}/`;
  const root = newDirectory();
  let isFound = false;
  for (const entry of entries) {
    const name = entry.header.name.replace(/^\.\//, "");
    if (!`${name}/`.startsWith(start)) continue;
    isFound = true;
    put(
      root,
      name
        .slice(start.length)
        .split("/")
        .filter((part) => part !== ""),
      entry,
      root,
    );
  }
  return isFound ? root : undefined;
}

/** A directory that is still being filled. */
interface Building extends Omit<Directory, "entries" | "uid" | "gid" | "mode" | "modifiedAt"> {
  uid: number;
  gid: number;
  mode: number;
  modifiedAt: number;
  readonly entries: Record<string, FileNode>;
}

function newDirectory(): Building {
  // Without a prototype, so that a file may be called `__proto__`.
  const entries = Object.create(null) as Record<string, FileNode>;
  return { type: "directory", uid: 0, gid: 0, mode: 0o755, modifiedAt: 0, entries };
}

function put(directory: Building, names: readonly string[], entry: ParsedTarEntryWithData, root: Building): void {
  const [name, ...rest] = names;
  if (name === undefined) {
    Object.assign(directory, attributesOf(entry));
    return;
  }
  if (rest.length > 0 || entry.header.type === "directory") {
    const known = entryOf(directory, name);
    const child = known?.type === "directory" ? (known as Building) : newDirectory();
    directory.entries[name] = child;
    put(child, rest, entry, root);
    return;
  }
  const node = leafOf(entry, root);
  if (node !== undefined) directory.entries[name] = node;
}

function attributesOf({ header }: ParsedTarEntryWithData): Omit<Building, "type" | "entries"> {
  const { uid = 0, gid = 0, mode = 0o644, mtime } = header;
  return { uid, gid, mode: mode & 0o7777, modifiedAt: mtime?.getTime() ?? 0 };
}

function leafOf(entry: ParsedTarEntryWithData, root: Building): FileNode | undefined {
  const attributes = attributesOf(entry);
  const { type = "file", linkname = "" } = entry.header;
  if (type === "symlink") return { type: "symlink", ...attributes, target: linkname };
  if (type === "link") return linked(root, linkname);
  if (type === "character-device" || type === "block-device") return { type: "device", ...attributes };
  if (type !== "file") return undefined;
  return { type: "file", ...attributes, content: Buffer.from(entry.data ?? []).toString("latin1") };
}

/** A second name of a file that came before. */
function linked(root: Building, linkname: string): FileNode | undefined {
  const [, path = ""] = /\/rootfs\/(.*)$/.exec(linkname) ?? [];
  return path
    .split("/")
    .reduce<FileNode | undefined>((node, name) => (node?.type === "directory" ? entryOf(node, name) : undefined), root);
}
