import { LxdkitError } from "@lxdkit/protocol";

/**
 * A file of an instance could not be transferred for a reason that the server does not give. Codes: `FILE_UNSAFE_NAME`,
 * `FILE_UNEXPECTED_TYPE`, `FILE_CHANGED`, `FILE_TOO_LARGE`, `SFTP_FAILED`, `SFTP_BROKEN`.
 */
export class FileError extends LxdkitError {
  override readonly name: string = "FileError";
}
