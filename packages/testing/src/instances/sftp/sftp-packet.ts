import type { FileChange, FileStat } from "../files/file-tree.ts";

/** The packets of SFTP version 3. */
export const sftpType = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setStat: 9,
  setHandleStat: 10,
  openDirectory: 11,
  readDirectory: 12,
  remove: 13,
  makeDirectory: 14,
  removeDirectory: 15,
  realPath: 16,
  stat: 17,
  rename: 18,
  readLink: 19,
  makeLink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
} as const;

/** A number of four bytes. */
export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A string with its length. */
export function sftpString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number32(bytes.length), bytes]);
}

const flags = { size: 1, owner: 2, mode: 4, times: 8 } as const;
const typeBits = { file: 0o100000, device: 0o020000, directory: 0o040000, symlink: 0o120000 } as const;

/** What a file is, on the wire. */
export function attributes({ type, sizeBytes, uid, gid, mode, modifiedAt }: FileStat): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(sizeBytes));
  const seconds = number32(Math.floor(modifiedAt / 1000));
  const known = number32(flags.size | flags.owner | flags.mode | flags.times);
  return Buffer.concat([known, size, number32(uid), number32(gid), number32(typeBits[type] | mode), seconds, seconds]);
}

/** Reads the fields of a packet one after the other; throws a `RangeError` behind its end. */
export interface PacketReader {
  number8(): number;
  number32(): number;
  number64(): number;
  bytes(): Buffer;
  text(): string;
  /** What a client wants to change. */
  change(): FileChange;
}

/** Reads a packet, without its length. */
export function readPacket(packet: Buffer): PacketReader {
  let at = 0;
  const take = (size: number): number => {
    at += size;
    return at - size;
  };
  const whole = (): number => packet.readUInt32BE(take(4));
  const bytes = (): Buffer => {
    const size = whole();
    const from = take(size);
    if (from + size > packet.length) throw new RangeError("the packet ends in the middle of a field");
    return packet.subarray(from, from + size);
  };
  const number64 = (): number => Number(packet.readBigUInt64BE(take(8)));
  return {
    number8: () => packet.readUInt8(take(1)),
    number32: whole,
    number64,
    bytes,
    text: () => bytes().toString(),
    change() {
      const has = whole();
      // The servers read the fields in this order, which is not that of the protocol: with owner and mode in one
      // packet they confuse them. Measured on both families.
      const sizeBytes = (has & flags.size) === 0 ? undefined : number64();
      const mode = (has & flags.mode) === 0 ? undefined : whole() & 0o777;
      const seconds = (has & flags.times) === 0 ? undefined : [whole(), whole()];
      const owner = (has & flags.owner) === 0 ? {} : { uid: whole(), gid: whole() };
      return {
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
        ...(mode === undefined ? {} : { mode }),
        ...(seconds === undefined ? {} : { modifiedAt: (seconds[1] ?? 0) * 1000 }),
        ...owner,
      };
    },
  };
}
