/** Why something cannot be done with a file, as the kernel names it. */
export type FileTreeErrorCode =
  | "ENOENT"
  | "ENOTDIR"
  | "EISDIR"
  | "EEXIST"
  | "ENOTEMPTY"
  | "ELOOP"
  | "ENAMETOOLONG"
  | "EINVAL"
  | "EBUSY"
  | "EACCES"
  | "EPERM";

const texts: Readonly<Record<FileTreeErrorCode, string>> = {
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EEXIST: "file exists",
  ENOTEMPTY: "directory not empty",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
  EINVAL: "invalid argument",
  EBUSY: "device or resource busy",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
};

/** Something that cannot be done with a file of an instance; the message is the kernel's own. */
export class FileTreeError extends Error {
  override readonly name: string = "FileTreeError";
  /** For example `ENOENT`. */
  readonly code: FileTreeErrorCode;

  constructor(code: FileTreeErrorCode) {
    super(texts[code]);
    this.code = code;
  }
}
