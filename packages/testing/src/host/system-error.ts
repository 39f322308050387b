import { constants } from "node:os";

/** Codes of the errors that a fake host gives. */
export type SystemErrorCode =
  | "EACCES"
  | "EEXIST"
  | "EIO"
  | "EISDIR"
  | "ELOOP"
  | "ENOENT"
  | "ENOSPC"
  | "ENOTDIR"
  | "EPERM"
  | "EROFS";

const texts: Readonly<Record<SystemErrorCode, string>> = {
  EACCES: "permission denied",
  EEXIST: "file already exists",
  EIO: "i/o error",
  EISDIR: "illegal operation on a directory",
  ELOOP: "too many symbolic links encountered",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
};

/** An error as Node makes it for a failed call of the system. */
export function systemError(
  code: SystemErrorCode,
  { syscall, path }: { readonly syscall: string; readonly path: string },
): NodeJS.ErrnoException {
  const isSpawn = syscall === "spawn";
  const message = isSpawn ? `spawn ${path} ${code}` : `${code}: ${texts[code]}, ${syscall} '${path}'`;
  const details = { errno: -constants.errno[code], code, syscall: isSpawn ? `spawn ${path}` : syscall, path };
  return Object.assign(new Error(message), details);
}
