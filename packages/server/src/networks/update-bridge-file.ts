import { readFile as readTextFile } from "node:fs/promises";
import { editBridgeFile } from "@lxdkit/network-devices";
import type { ReadHostFile } from "./bridge-of-server.ts";

/** Options of {@link updateBridgeFile}. */
export interface UpdateBridgeFileOptions {
  /** Reads a text file; that of Node by default. */
  readonly readFile?: ReadHostFile | undefined;
  /** Replaces a file in one step; by default a new file takes its place, with its owner and mode. */
  readonly replaceFile?: ((path: string, text: string) => Promise<void>) | undefined;
}

/**
 * Sets keys in the bridge's configuration file of an LXD without network API, as `editBridgeFile` of
 * `@lxdkit/network-devices` does. Whoever reads it meanwhile sees the old text or the new one. Gives whether anything
 * was written: not when all keys are set already, nor when there is no such file.
 *
 * @throws what reading and replacing fail with.
 */
export async function updateBridgeFile(
  path: string,
  values: Readonly<Record<string, string>>,
  { readFile = readText, replaceFile = replaceText }: UpdateBridgeFileOptions = {},
): Promise<boolean> {
  let text: string;
  try {
    text = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  const edited = editBridgeFile(text, values);
  if (edited === text) return false;
  await replaceFile(path, edited);
  return true;
}

function readText(path: string): Promise<string> {
  return readTextFile(path, "utf8");
}

async function replaceText(path: string, text: string): Promise<void> {
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await writeFileAtomic(path, text);
}
