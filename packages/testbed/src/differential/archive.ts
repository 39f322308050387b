import { readTar } from "../../../testing/src/images/tar.ts";

/** Whether the answer to a request is the archive of a backup. */
export function isArchive(path: string, contentType: string | undefined): boolean {
  return contentType === "application/octet-stream" && /\/backups\/[^/]+\/export(?:\?|$)/.test(path);
}

/** What names the files of instances, which differ from machine to machine. */
const below = /\/rootfs\/./;

/** What is compared of an archive: the names in it but those of an instance's own files, each once. */
export function archiveNames(bytes: Buffer): readonly string[] {
  const names = (readTar(bytes) ?? []).map(({ path }) => path).filter((path) => !below.test(path));
  return [...new Set(names)].sort();
}
