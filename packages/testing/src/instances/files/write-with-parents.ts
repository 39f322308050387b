import type { InstanceFiles } from "./file-tree.ts";

/** Makes a directory and those above it, as far as they are missing. */
export function makeDirectories(files: InstanceFiles, path: string): void {
  const parts = path.split("/");
  for (const [at] of parts.entries()) {
    const folder = parts.slice(0, at + 1).join("/");
    if (folder !== "" && files.stat(folder) === undefined) files.makeDirectory(folder);
  }
}

/** Writes a file, and makes the directories above it that are missing. */
export function writeWithParents(files: InstanceFiles, path: string, content: string | Uint8Array): void {
  makeDirectories(files, path.split("/").slice(0, -1).join("/"));
  files.write(path, content);
}
