import type { Duplex } from "node:stream";
import type { InstanceFiles } from "../files/file-tree.ts";
import { createSftpFiles } from "./sftp-files.ts";
import { number32, readPacket, sftpString, sftpType } from "./sftp-packet.ts";

const extensions = [
  ["hardlink@openssh.com", "1"],
  ["posix-rename@openssh.com", "1"],
  ["statvfs@openssh.com", "2"],
] as const;

/** No client sends more than a quarter of it. */
const maxPacketBytes = 1024 * 1024;

/** Speaks SFTP version 3 on a stream until the client ends it. */
export function serveSftp(stream: Duplex, files: InstanceFiles): void {
  const answerRequest = createSftpFiles(files);
  const send = (packet: Buffer): void => void stream.write(Buffer.concat([number32(packet.length), packet]));
  const answer = (packet: Buffer): void => {
    const reader = readPacket(packet);
    const type = reader.number8();
    if (type === sftpType.init) {
      const known = extensions.flatMap(([name, version]) => [sftpString(name), sftpString(version)]);
      return send(Buffer.concat([Buffer.of(sftpType.version), number32(3), ...known]));
    }
    const id = reader.number32();
    const reply = answerRequest(type, reader);
    // Real servers end the connection when they cannot read a packet.
    if (reply === undefined) return void stream.destroy();
    send(Buffer.concat([Buffer.of(reply.type), number32(id), reply.fields]));
  };
  let pending: Buffer = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 4 && !stream.destroyed) {
      const size = pending.readUInt32BE(0);
      if (size === 0 || size > maxPacketBytes) return void stream.destroy();
      if (pending.length < 4 + size) return;
      const packet = pending.subarray(4, 4 + size);
      pending = pending.subarray(4 + size);
      try {
        answer(packet);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        stream.destroy();
      }
    }
  });
  stream.on("end", () => stream.end());
}
