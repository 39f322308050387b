import type { Duplex } from "node:stream";
import { FileError } from "./file-error.ts";
import {
  modeAttributes,
  number32,
  ownerAttributes,
  type PacketReader,
  readPacket,
  type SftpAttributes,
  sftpString,
  sftpType,
} from "./sftp-packet.ts";

/** Servers send at most a quarter of it. */
const maxPacketBytes = 1024 * 1024;
/** More than any directory that people have; a server that goes on for ever is stopped. */
const maxEntries = 1_000_000;
const answerTimeoutMs = 60_000;

const noSuchFile = 2;
const endOfFile = 1;

/** The owner and the mode that a file shall have; what is left out stays. */
export interface SetFileAttributes {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Permission bits, at most 0777: servers drop the special bits. */
  readonly mode?: number | undefined;
}

/** An entry of a directory. */
export interface SftpEntry {
  readonly name: string;
  readonly attributes: SftpAttributes;
}

/** The part of SFTP that tells and sets what the files API cannot. */
export interface SftpSession {
  /** What a file is, links not followed; undefined when it is not there. */
  lstat(path: string): Promise<SftpAttributes | undefined>;
  /** The text of a symbolic link as it is. */
  readLink(path: string): Promise<string>;
  /** The entries of a directory, without `.` and `..`. */
  list(path: string): Promise<SftpEntry[]>;
  /** Sets owner and mode of a file that is there; links are followed. */
  setAttributes(path: string, wanted: SetFileAttributes): Promise<void>;
  close(): void;
}

/** One request and who waits for its answer. */
interface Waiting {
  readonly resolve: (answer: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** Speaks SFTP version 3 on a stream. `signal` ends the session. */
export async function startSftp(stream: Duplex, signal: AbortSignal | undefined): Promise<SftpSession> {
  const waiting = new Map<number, Waiting>();
  let broken: { readonly reason: unknown } | undefined;
  let lastId = 0;
  let pending: Buffer = Buffer.alloc(0);
  const fail = (reason: unknown): void => {
    broken ??= { reason };
    signal?.removeEventListener("abort", onAbort);
    for (const { reject } of waiting.values()) reject(broken.reason);
    waiting.clear();
    stream.destroy();
  };
  const failBroken = (text: string, cause?: unknown): void => {
    fail(new FileError(`the SFTP connection broke: ${text}`, { code: "SFTP_BROKEN", cause }));
  };
  function onAbort(): void {
    fail(signal?.reason);
  }
  const receive = (packet: Buffer): void => {
    // The answer to the greeting is the only one without a number.
    const id = packet[0] === sftpType.version ? 0 : packet.length < 5 ? -1 : packet.readUInt32BE(1);
    const request = waiting.get(id);
    if (request === undefined) return failBroken("an answer to nothing came");
    waiting.delete(id);
    request.resolve(packet);
  };
  stream.on("data", (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const size = pending.readUInt32BE(0);
      if (size === 0 || size > maxPacketBytes) return failBroken("a packet has an impossible size");
      if (pending.length < 4 + size) return;
      const packet = pending.subarray(4, 4 + size);
      pending = pending.subarray(4 + size);
      receive(packet);
    }
  });
  stream.on("error", (cause) => {
    failBroken(cause.message, cause);
  });
  stream.on("close", () => {
    failBroken("it was closed");
  });
  const exchange = (id: number, packet: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      if (broken !== undefined) return reject(broken.reason);
      const timer = setTimeout(() => {
        failBroken(`no answer within ${String(answerTimeoutMs)} ms`);
      }, answerTimeoutMs);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      stream.write(Buffer.concat([number32(packet.length), packet]));
    });
  /** Asks, and gives the fields behind type and number; undefined for the status that `isNothing`. */
  const ask = async (
    type: number,
    fields: readonly Buffer[],
    expected: number,
    isNothing?: number,
  ): Promise<PacketReader | undefined> => {
    lastId += 1;
    const answer = readPacket(await exchange(lastId, Buffer.concat([Buffer.of(type), number32(lastId), ...fields])));
    const got = answer.number8();
    answer.number32();
    if (got === expected && got !== sftpType.status) return answer;
    if (got !== sftpType.status) throw new FileError("the SFTP server gave another answer", { code: "SFTP_BROKEN" });
    const code = answer.number32();
    if (code === isNothing) return undefined;
    if (code === 0 && expected === sftpType.status) return answer;
    throw new FileError(`the SFTP server refused: ${answer.string().toString()}`, { code: "SFTP_FAILED" });
  };
  const must = async (type: number, fields: readonly Buffer[], expected: number): Promise<PacketReader> => {
    const answer = await ask(type, fields, expected);
    if (answer === undefined) throw new FileError("the SFTP server gave no answer", { code: "SFTP_BROKEN" });
    return answer;
  };

  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  await exchange(0, Buffer.concat([Buffer.of(sftpType.init), number32(3)]));
  return {
    async lstat(path) {
      return (await ask(sftpType.lstat, [sftpString(path)], sftpType.attributes, noSuchFile))?.attributes();
    },
    async readLink(path) {
      const answer = await must(sftpType.readLink, [sftpString(path)], sftpType.name);
      answer.number32();
      return nameOf(answer.string());
    },
    async list(path) {
      const handle = sftpString(
        Buffer.from((await must(sftpType.openDirectory, [sftpString(path)], sftpType.handle)).string()),
      );
      const entries: SftpEntry[] = [];
      try {
        for (;;) {
          const answer = await ask(sftpType.readDirectory, [handle], sftpType.name, endOfFile);
          if (answer === undefined) return entries;
          const count = answer.number32();
          if (count === 0 || entries.length > maxEntries) {
            throw new FileError(`the directory ${path} does not end`, { code: "FILE_TOO_LARGE" });
          }
          for (let left = count; left > 0; left -= 1) {
            const name = nameOf(answer.string());
            answer.string();
            const attributes = answer.attributes();
            if (name !== "." && name !== "..") entries.push({ name, attributes });
          }
        }
      } finally {
        if (broken === undefined) await ask(sftpType.close, [handle], sftpType.status);
      }
    },
    async setAttributes(path, { uid, gid, mode }) {
      const file = sftpString(path);
      if (uid !== undefined || gid !== undefined) {
        const now = await must(sftpType.lstat, [file], sftpType.attributes).then((answer) => answer.attributes());
        const owner = ownerAttributes(uid ?? now.uid, gid ?? now.gid);
        await must(sftpType.setAttributes, [file, owner], sftpType.status);
      }
      if (mode !== undefined) await must(sftpType.setAttributes, [file, modeAttributes(mode)], sftpType.status);
    },
    close() {
      fail(new FileError("the SFTP connection was closed", { code: "SFTP_BROKEN" }));
    },
  };
}

/** Names are bytes; those that are no text cannot be asked for by the files API. */
function nameOf(bytes: Buffer): string {
  const name = bytes.toString("utf8");
  if (Buffer.from(name).equals(bytes)) return name;
  throw new FileError(`a name is no text: ${JSON.stringify(name)}`, { code: "FILE_UNSAFE_NAME" });
}
