import { CloudInitDataError } from "./cloud-init-data-error.ts";

/**
 * Bytes; of this project. The servers have none: LXD 5.0 and Incus 6.0 took user data of 64 MB, and cloud-init reads a
 * file of any size. Yet each answer about the instance holds the text twice.
 */
export const defaultSizeLimit: number = 1024 * 1024;

/** Refuses a text of more bytes than the limit. */
export function checkSize(what: string, text: string, limit: number = defaultSizeLimit): void {
  const size = Buffer.byteLength(text);
  if (size <= limit) return;
  throw new CloudInitDataError(`${what} has ${String(size)} bytes, ${String(limit)} are the limit`, {
    code: "CLOUD_INIT_DATA_TOO_LARGE",
    hint: "Let cloud-init fetch large files (#include), push them later, or set sizeLimit.",
  });
}
