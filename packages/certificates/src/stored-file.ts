import { constants } from "node:fs";
import { copyFile, link, mkdir, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { randomUUID } from "node:crypto";
import writeFileAtomic from "write-file-atomic";
import { CertificateError } from "./certificate-error.ts";

/** Who may read a file: its owner alone, or everybody. */
export type FileMode = 0o600 | 0o644;

/** What file systems without hard links answer. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** The text of a file, or undefined when there is none. */
export async function readStored(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: "utf8", signal });
  } catch (cause) {
    signal?.throwIfAborted();
    if (codeOf(cause) === "ENOENT") return undefined;
    throw fileError("read", path, cause);
  }
}

/** Replaces a file in one step: a reader sees the old text or the new one, and nobody else ever sees a secret one. */
export async function writeStored(path: string, text: string, mode: FileMode): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, text, { mode });
  } catch (cause) {
    throw fileError("written", path, cause);
  }
}

/** As {@link writeStored}, unless the file is there already: then that one stays, and the answer is false. */
export async function createStored(path: string, text: string, mode: FileMode): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeStored(draft, text, mode);
  try {
    await link(draft, path).catch(async (cause: unknown) => {
      if (!withoutLinks.has(codeOf(cause) ?? "")) throw cause;
      await copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw fileError("written", path, cause);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes a file; false when there was none. */
export async function removeStored(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === "ENOENT") return false;
    throw fileError("removed", path, cause);
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function fileError(verb: "read" | "written" | "removed", path: string, cause: unknown): CertificateError {
  const code = verb === "read" ? "FILE_NOT_READ" : "FILE_NOT_WRITTEN";
  return new CertificateError(`${path} cannot be ${verb}`, { code, cause, address: path });
}
