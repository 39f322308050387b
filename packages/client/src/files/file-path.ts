import { sep } from "node:path";
import { FileError } from "./file-error.ts";

/** A path in an instance, from its root, without a slash at the end. */
export function absolutePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return `/${parts.join("/")}`;
}

/** The path of an entry of a directory. */
export function childPath(directory: string, name: string): string {
  return directory === "/" ? `/${name}` : `${directory}/${name}`;
}

/** The directory that holds a path. */
export function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/**
 * Gives back the name of an entry that a server tells, when it is one name and nothing else. What is not could lead out
 * of the folder that it is written to.
 *
 * @throws {FileError} `FILE_UNSAFE_NAME`.
 */
export function safeName(directory: string, name: string): string {
  const isUnsafe = name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0");
  if (!isUnsafe && !name.includes(sep)) return name;
  const text = `${directory} has an entry with the name ${JSON.stringify(name)}, which is not the name of a file`;
  throw new FileError(text, { code: "FILE_UNSAFE_NAME", hint: "Do not trust this server or this instance." });
}
