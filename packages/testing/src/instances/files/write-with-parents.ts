import type { InstanceFiles } from "./file-tree.ts";

/** Writes a file, and makes the directories above it that are missing. */
export function writeWithParents(files: InstanceFiles, path: string, content: string | Uint8Array): void {
  const above = path.split("/").slice(0, -1);
  for (const [at] of above.entries()) {
    const folder = above.slice(0, at + 1).join("/");
    if (folder !== "" && files.stat(folder) === undefined) files.makeDirectory(folder);
  }
  files.write(path, content);
}
