import assert from "node:assert/strict";
import { request } from "node:http";
import type { Duplex } from "node:stream";
import { number32, readPacket, sftpString, sftpType } from "../instances/sftp/sftp-packet.ts";
import type { ContractTarget } from "./contract-case.ts";

/** A connection that speaks SFTP. */
export interface RawSftp {
  /** Names of the extensions that the server told. */
  readonly extensions: readonly string[];
  /** Sends one request, and gives type and fields of the answer. */
  ask(type: number, ...fields: readonly Buffer[]): Promise<SftpAnswer>;
  /** Settles when the server ends the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

/** An answer without its number. */
export interface SftpAnswer {
  readonly type: number;
  readonly fields: Buffer;
}

/** Opens the SFTP connection of an instance. */
export async function openSftp(target: ContractTarget, path: string): Promise<RawSftp> {
  const stream = await upgrade(target, `${path}/sftp`);
  const waiting: ((packet: Buffer) => void)[] = [];
  let pending = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
      const end = 4 + pending.readUInt32BE(0);
      waiting.shift()?.(pending.subarray(4, end));
      pending = pending.subarray(end);
    }
  });
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));
  const exchange = (packet: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      waiting.push(resolve);
      void closed.then(() => reject(new assert.AssertionError({ message: "the SFTP connection was closed" })));
      stream.write(Buffer.concat([number32(packet.length), packet]));
    });
  const hello = readPacket(await exchange(Buffer.concat([Buffer.of(sftpType.init), number32(3)])));
  assert.deepEqual([hello.number8(), hello.number32()], [sftpType.version, 3]);
  const extensions = [hello.text(), hello.text(), hello.text(), hello.text(), hello.text(), hello.text()];
  let lastId = 0;
  return {
    extensions: extensions.filter((_, at) => at % 2 === 0),
    async ask(type, ...fields) {
      lastId += 1;
      const answer = await exchange(Buffer.concat([Buffer.of(type), number32(lastId), ...fields]));
      assert.equal(answer.readUInt32BE(1), lastId);
      return { type: answer.readUInt8(0), fields: answer.subarray(5) };
    },
    closed,
    close: () => stream.destroy(),
  };
}

function upgrade(target: ContractTarget, path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const headers = { Connection: "Upgrade", Upgrade: "sftp" };
    const outgoing = request({ socketPath: target.socketPath, path, headers, agent: false });
    outgoing.on("upgrade", (response, socket) => {
      assert.equal(response.headers.upgrade, "sftp");
      resolve(socket);
    });
    outgoing.on("response", (response) => reject(new Error(`no SFTP: HTTP ${response.statusCode ?? 0}`)));
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** A number of eight bytes. */
export function number64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** Asserts that the answer is a status with that text; an empty text means that all went well. */
export function assertStatus({ type, fields }: SftpAnswer, code: number, text: string): void {
  assert.equal(type, sftpType.status);
  const reader = readPacket(fields);
  assert.deepEqual([reader.number32(), reader.text()], [code, text]);
}

/** The names in an answer. */
export function namesOf({ type, fields }: SftpAnswer): readonly string[] {
  assert.equal(type, sftpType.name);
  const reader = readPacket(fields);
  return Array.from({ length: reader.number32() }, () => {
    const name = reader.text();
    reader.text();
    // Attributes are flags, and those that have all four of them are 28 bytes more.
    if (reader.number32() !== 0) for (let words = 7; words > 0; words -= 1) reader.number32();
    return name;
  });
}

/** Asserts that the answer is a handle, and gives it as a field of further requests. */
export function handleOf({ type, fields }: SftpAnswer): Buffer {
  assert.equal(type, sftpType.handle, fields.toString("latin1"));
  return sftpString(readPacket(fields).bytes());
}
