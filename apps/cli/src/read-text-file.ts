import { readFileSync } from "node:fs";
import { LxdkitError } from "@lxdkit/protocol";

/** The text of a file that an option names. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const text = code === "ENOENT" ? `there is no file ${path}` : `cannot read ${path}: ${message}`;
    throw new LxdkitError(text, { code: code === "ENOENT" ? "FILE_NOT_FOUND" : "FILE_NOT_READ", cause, address: path });
  }
}
