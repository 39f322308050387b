import { FileError } from "./file-error.ts";

/** The packets of SFTP version 3 that this package sends or understands. */
export const sftpType = {
  init: 1,
  version: 2,
  close: 4,
  lstat: 7,
  setAttributes: 9,
  openDirectory: 11,
  readDirectory: 12,
  readLink: 19,
  status: 101,
  handle: 102,
  name: 104,
  attributes: 105,
} as const;

/** What a directory entry is; `other` is a device, a pipe or a socket. */
export type SftpFileType = "file" | "directory" | "symlink" | "other";

/** What SFTP tells about a file. */
export interface SftpAttributes {
  readonly type: SftpFileType;
  readonly sizeBytes: number;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits. */
  readonly mode: number;
}

const flags = { size: 1, owner: 2, mode: 4, times: 8, extended: 0x80000000 } as const;
const types: Readonly<Record<number, SftpFileType>> = { 0o100000: "file", 0o040000: "directory", 0o120000: "symlink" };

/** A number of four bytes. */
export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string with its length. */
export function sftpString(value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([number32(bytes.length), bytes]);
}

/** Attributes that set the owner, or the mode. Servers confuse the fields when both are in one packet. */
export function ownerAttributes(uid: number, gid: number): Buffer {
  return Buffer.concat([number32(flags.owner), number32(uid), number32(gid)]);
}

/** Attributes that set the permission bits. */
export function modeAttributes(mode: number): Buffer {
  return Buffer.concat([number32(flags.mode), number32(mode)]);
}

/**
 * Reads the fields of a packet one after the other.
 *
 * @throws {FileError} `SFTP_BROKEN` behind its end.
 */
export interface PacketReader {
  number8(): number;
  number32(): number;
  string(): Buffer;
  attributes(): SftpAttributes;
}

/** Reads a packet, without its length. */
export function readPacket(packet: Buffer): PacketReader {
  let at = 0;
  const take = (size: number): number => {
    const from = at;
    if (from + size > packet.length) {
      throw new FileError("an SFTP packet ends in the middle of a field", { code: "SFTP_BROKEN" });
    }
    at += size;
    return from;
  };
  const number8 = (): number => packet.readUInt8(take(1));
  const whole = (): number => packet.readUInt32BE(take(4));
  const string = (): Buffer => {
    const size = whole();
    const from = take(size);
    return packet.subarray(from, from + size);
  };
  return {
    number8,
    number32: whole,
    string,
    attributes() {
      const has = whole();
      const sizeBytes = (has & flags.size) === 0 ? 0 : Number(packet.readBigUInt64BE(take(8)));
      const [uid, gid] = (has & flags.owner) === 0 ? [0, 0] : [whole(), whole()];
      const bits = (has & flags.mode) === 0 ? 0 : whole();
      if ((has & flags.times) !== 0) take(8);
      for (let left = has >= flags.extended ? 2 * whole() : 0; left > 0; left -= 1) string();
      return { type: types[bits & 0o170000] ?? "other", sizeBytes, uid, gid, mode: bits & 0o7777 };
    },
  };
}
