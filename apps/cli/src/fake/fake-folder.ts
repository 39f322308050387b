import { mkdir, rmdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";

/** The folder of a fake server. */
export interface FakeFolder {
  readonly path: string;
  /** Writes a file that belongs to the fake; gives its path. */
  write(name: string, text: string): Promise<string>;
  /** Removes what was written, and the folder with its parents as far as they were made here and are empty. */
  remove(): Promise<void>;
}

/**
 * Makes the folder of a fake server, for its owner alone; one that is there is taken as it is.
 *
 * @throws {LxdkitError} `FAKE_FOLDER_FAILED` when it cannot be made; `address` is its path.
 */
export async function openFakeFolder(folder: string): Promise<FakeFolder> {
  const path = resolve(folder);
  const written: string[] = [];
  const firstMade = await attempt(path, () => mkdir(path, { recursive: true, mode: 0o700 }));
  return {
    path,
    async write(name, text) {
      const file = join(path, name);
      await attempt(file, () => writeFile(file, text));
      written.push(file);
      return file;
    },
    async remove() {
      for (const file of written) await rm(file, { force: true });
      if (firstMade === undefined) return;
      try {
        for (let at = path; ; at = dirname(at)) {
          await rmdir(at);
          if (at === firstMade) return;
        }
      } catch {
        // Something else is in there by now.
      }
    },
  };
}

async function attempt<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isTaken = code === "EEXIST" || code === "ENOTDIR";
    throw new LxdkitError(
      isTaken ? `${path} is there already, and is no folder` : `${path} cannot be made (${String(code)})`,
      {
        code: "FAKE_FOLDER_FAILED",
        cause,
        address: path,
        hint: isTaken ? "Choose another folder." : "Choose a folder in a place that you may write to.",
      },
    );
  }
}
