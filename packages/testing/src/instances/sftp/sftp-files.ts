import { posix } from "node:path";
import { FileTreeError } from "../files/file-tree-error.ts";
import type { FileStat, InstanceFiles } from "../files/file-tree.ts";
import { listLine } from "./list-line.ts";
import { attributes, number32, type PacketReader, sftpString, sftpType } from "./sftp-packet.ts";

/** An answer without its number. */
export interface SftpReply {
  readonly type: number;
  readonly fields: Buffer;
}

/** Answers one request; undefined when it is of no kind that the server knows. */
export type AnswerSftp = (type: number, request: PacketReader) => SftpReply | undefined;

/** Something that a client opened. */
interface OpenFile {
  readonly path: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  /** The bytes of a file, once they were read. */
  bytes?: Buffer | undefined;
  /** What is still to be told of a directory. */
  names?: string[];
}

/** Why a request fails, with a status of the protocol. */
class SftpFailure extends Error {
  override readonly name: string = "SftpFailure";
  readonly status: number;

  constructor(message: string, status: number = failure) {
    super(message);
    this.status = status;
  }
}

const endOfFile = 1;
const noSuchFile = 2;
const failure = 4;
const unsupported = 8;
const openFlags = { read: 1, write: 2, create: 8, truncate: 16, exclusive: 32 } as const;
const entriesAtOnce = 128;
const badDescriptor = "bad file descriptor";

/** The files of an instance for one connection. Texts and status codes were measured on both families. */
export function createSftpFiles(files: InstanceFiles): AnswerSftp {
  const handles = new Map<string, OpenFile>();
  let lastHandle = 0;

  const keep = (file: OpenFile): SftpReply => {
    lastHandle += 1;
    handles.set(String(lastHandle), file);
    return { type: sftpType.handle, fields: sftpString(String(lastHandle)) };
  };
  const opened = (request: PacketReader): OpenFile => {
    const file = handles.get(request.text());
    if (file === undefined) throw new SftpFailure(badDescriptor);
    return file;
  };
  const told = (stat: FileStat | undefined): SftpReply => {
    if (stat === undefined) throw new FileTreeError("ENOENT");
    return { type: sftpType.attributes, fields: attributes(stat) };
  };
  const look = (path: string): SftpReply => tryTo(`stat ${path}`, () => told(files.stat(path)));

  function open(request: PacketReader): SftpReply {
    const path = pathOf(request);
    const wants = request.number32();
    const [canRead, canWrite] = [(wants & openFlags.read) !== 0, (wants & openFlags.write) !== 0];
    if (!canRead && !canWrite) throw new SftpFailure("invalid argument");
    return tryTo(`open ${path}`, () => {
      const stat = files.stat(path);
      const creates = (wants & openFlags.create) !== 0;
      if (stat === undefined && !creates) throw new FileTreeError("ENOENT");
      if (stat !== undefined && creates && (wants & openFlags.exclusive) !== 0) throw new FileTreeError("EEXIST");
      if (stat?.type === "directory" && canWrite) throw new FileTreeError("EISDIR");
      if (stat === undefined || (wants & openFlags.truncate) !== 0) files.write(path, "");
      return keep({ path, canRead, canWrite });
    });
  }

  function read(request: PacketReader): SftpReply {
    const file = opened(request);
    const [offset, size] = [request.number64(), request.number32()];
    return tryTo(`read ${file.path}`, () => {
      if (!file.canRead) throw new SftpFailure(badDescriptor);
      file.bytes ??= files.read(file.path);
      const bytes = file.bytes.subarray(offset, offset + size);
      if (bytes.length === 0) throw new SftpFailure("EOF", endOfFile);
      return { type: sftpType.data, fields: sftpString(bytes) };
    });
  }

  function write(request: PacketReader): SftpReply {
    const file = opened(request);
    const [offset, bytes] = [request.number64(), request.bytes()];
    file.bytes = undefined;
    return tryTo(`write ${file.path}`, () => {
      if (!file.canWrite) throw new SftpFailure(badDescriptor);
      return done(() => files.writeAt(file.path, offset, bytes));
    });
  }

  function openDirectory(request: PacketReader): SftpReply {
    const path = pathOf(request);
    const stat = tryTo(`stat ${path}`, () => files.stat(path) ?? refuse());
    if (stat.type !== "directory") throw new SftpFailure(` ${path}: not a directory`);
    return keep({ path, canRead: true, canWrite: false });
  }

  function readDirectory(request: PacketReader): SftpReply {
    const directory = opened(request);
    directory.names ??= tryTo(`readdirent ${directory.path}`, () => [...files.list(directory.path)]);
    const names = directory.names.splice(0, entriesAtOnce);
    if (names.length === 0) throw new SftpFailure("EOF", endOfFile);
    const entries = names.flatMap((name) => {
      const stat = files.lstat(posix.join(directory.path, name));
      return stat === undefined ? [] : [sftpString(name), sftpString(listLine(name, stat)), attributes(stat)];
    });
    return { type: sftpType.name, fields: Buffer.concat([number32(entries.length / 3), ...entries]) };
  }

  function change(path: string, request: PacketReader): SftpReply {
    const wanted = request.change();
    const verb = wanted.mode === undefined ? (wanted.sizeBytes === undefined ? "chown" : "truncate") : "chmod";
    return tryTo(`${verb} ${path}`, () => done(() => files.change(path, wanted)));
  }

  function rename(request: PacketReader): SftpReply {
    const [from, to] = [pathOf(request), pathOf(request)];
    return tryTo(`rename ${from} ${to}`, () => done(() => files.rename(from, to)));
  }

  function extended(request: PacketReader): SftpReply {
    switch (request.text()) {
      case "posix-rename@openssh.com":
        return rename(request);
      case "hardlink@openssh.com": {
        const [from, to] = [pathOf(request), pathOf(request)];
        return tryTo(`link ${from} ${to}`, () => done(() => copyFile(files, from, to)));
      }
      case "statvfs@openssh.com":
        return { type: 201, fields: diskSpace };
      default:
        throw new SftpFailure("operation unsupported", unsupported);
    }
  }

  const answers: Readonly<Record<number, (request: PacketReader) => SftpReply>> = {
    [sftpType.open]: open,
    [sftpType.close]: (request) => {
      if (!handles.delete(request.text())) throw new SftpFailure(badDescriptor);
      return ok;
    },
    [sftpType.read]: read,
    [sftpType.write]: write,
    [sftpType.lstat]: (request) => {
      const path = pathOf(request);
      return tryTo(`lstat ${path}`, () => told(files.lstat(path)));
    },
    [sftpType.fstat]: (request) => look(opened(request).path),
    [sftpType.setStat]: (request) => change(pathOf(request), request),
    [sftpType.setHandleStat]: (request) => change(opened(request).path, request),
    [sftpType.openDirectory]: openDirectory,
    [sftpType.readDirectory]: readDirectory,
    [sftpType.remove]: (request) => remove(files, pathOf(request)),
    [sftpType.makeDirectory]: (request) => {
      const path = pathOf(request);
      return tryTo(`mkdir ${path}`, () => done(() => files.makeDirectory(path)));
    },
    // Both families remove files and empty directories with either packet.
    [sftpType.removeDirectory]: (request) => remove(files, pathOf(request)),
    [sftpType.realPath]: (request) => named(posix.join("/", request.text())),
    [sftpType.stat]: (request) => look(pathOf(request)),
    [sftpType.rename]: rename,
    [sftpType.readLink]: (request) => {
      const path = pathOf(request);
      return tryTo(`readlink ${path}`, () => named(files.readLink(path)));
    },
    [sftpType.makeLink]: (request) => {
      const [target, path] = [request.text(), pathOf(request)];
      return tryTo(`symlink ${target} ${path}`, () => done(() => files.makeLink(target, path)));
    },
    [sftpType.extended]: extended,
  };

  return (type, request) => {
    try {
      return answers[type]?.(request);
    } catch (error) {
      if (error instanceof SftpFailure) return statusReply(error.status, error.message);
      throw error;
    }
  };
}

function pathOf(request: PacketReader): string {
  const path = request.text();
  return path.startsWith("/") ? path : posix.join("/", path);
}

function remove(files: InstanceFiles, path: string): SftpReply {
  return tryTo(`remove ${path}`, () => done(() => files.remove(path)));
}

/** The tree knows no second names, so a hard link is a copy. */
function copyFile(files: InstanceFiles, from: string, to: string): void {
  if (files.lstat(to) !== undefined) throw new FileTreeError("EEXIST");
  const { uid, gid, mode, modifiedAt } = files.stat(from) ?? refuse();
  files.write(to, files.read(from));
  files.change(to, { uid, gid, mode, modifiedAt });
}

function refuse(): never {
  throw new FileTreeError("ENOENT");
}

function tryTo<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FileTreeError) {
      throw new SftpFailure(`${what}: ${error.message}`, error.code === "ENOENT" ? noSuchFile : failure);
    }
    if (error instanceof SftpFailure && error.message === badDescriptor)
      throw new SftpFailure(`${what}: ${error.message}`);
    throw error;
  }
}

function statusReply(code: number, text: string): SftpReply {
  return { type: sftpType.status, fields: Buffer.concat([number32(code), sftpString(text), sftpString("")]) };
}

const ok = statusReply(0, "");

function done(work: () => void): SftpReply {
  work();
  return ok;
}

function named(name: string): SftpReply {
  const fields = [number32(1), sftpString(name), sftpString(name), number32(0)];
  return { type: sftpType.name, fields: Buffer.concat(fields) };
}

/** `statvfs`: sizes of blocks, then the numbers of blocks and files in all and free, id, flags, longest name. */
const diskSpace = Buffer.alloc(88);
for (const [at, value] of [
  4096, 4096, 66_052_000, 59_648_000, 20_193_000, 16_777_216, 16_261_000, 16_261_000,
].entries()) {
  diskSpace.writeBigUInt64BE(BigInt(value), at * 8);
}
diskSpace.writeBigUInt64BE(255n, 80);
