import { CertificateError } from "./certificate-error.ts";

/** What file systems allow is 255 bytes; the ending and the name of the temporary file need some of it. */
const longestName = 200;

/** Says whether `lxc` could have a remote of this name and a file can be named after it. */
export function isRemoteName(name: string): boolean {
  return /^[^\p{C}\s/\\:]+$/u.test(name) && !/^\.{1,2}$/.test(name) && Buffer.byteLength(name) <= longestName;
}

/**
 * Checks the name of a remote: 1 to 200 bytes without white space, control characters, `/`, `\` and `:`, and not `.`
 * or `..`. A file named after it is always in the folder where it was meant to be.
 *
 * @throws {CertificateError} `BAD_REMOTE_NAME`.
 */
export function checkRemoteName(name: string): void {
  if (isRemoteName(name)) return;
  const shown = JSON.stringify(name.slice(0, longestName));
  throw new CertificateError(`${shown} cannot be the name of a remote`, {
    code: "BAD_REMOTE_NAME",
    hint: `Use 1 to ${longestName} bytes without white space, control characters, "/", "\\" and ":".`,
  });
}
