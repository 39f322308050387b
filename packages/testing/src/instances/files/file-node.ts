/** What every file has. */
interface NodeAttributes {
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** A file with its bytes, each as one character (Latin-1), so that a saved state can be read. */
export interface PlainFile extends NodeAttributes {
  readonly type: "file";
  readonly content: string;
}

/** A device, which looks like an empty file. */
export interface DeviceFile extends NodeAttributes {
  readonly type: "device";
}

/** A symbolic link. */
export interface SymbolicLink extends NodeAttributes {
  readonly type: "symlink";
  readonly target: string;
}

/** A directory. Nothing in it ever changes: whoever changes a tree makes a new one, so that copies cost nothing. */
export interface Directory extends NodeAttributes {
  readonly type: "directory";
  readonly entries: Readonly<Record<string, FileNode>>;
}

/** A file of any kind. */
export type FileNode = PlainFile | DeviceFile | SymbolicLink | Directory;

/** What is in `directory` under `name`. */
export function entryOf({ entries }: Directory, name: string): FileNode | undefined {
  return Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** A tree like `root` with `node`, or nothing, at the place that `names` lead to; the directories up to there exist. */
export function withNode(
  root: Directory,
  names: readonly string[],
  node: FileNode | undefined,
  modifiedAt: number,
): Directory {
  const [name = "", ...rest] = names;
  if (rest.length > 0) {
    const child = entryOf(root, name);
    if (child?.type !== "directory") return root;
    return { ...root, entries: { ...root.entries, [name]: withNode(child, rest, node, modifiedAt) } };
  }
  const isNew = (entryOf(root, name) === undefined) !== (node === undefined);
  const touched = isNew ? { ...root, modifiedAt } : root;
  if (node !== undefined) return { ...touched, entries: { ...root.entries, [name]: node } };
  const { [name]: _, ...entries } = root.entries;
  return { ...touched, entries };
}
