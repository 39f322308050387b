import fc from "fast-check";
import { expect, test } from "vitest";
import { FileError } from "./file-error.ts";
import { modeAttributes, number32, ownerAttributes, readPacket, sftpString } from "./sftp-packet.ts";

test("fields that are written are read back", () => {
  const word = fc.nat(0x7fffffff);
  fc.assert(
    fc.property(word, fc.string(), word, word, fc.nat(0o7777), (number, text, uid, gid, mode) => {
      const owner = readPacket(Buffer.concat([number32(number), sftpString(text), ownerAttributes(uid, gid)]));
      expect([owner.number32(), owner.string().toString()]).toEqual([number, Buffer.from(text).toString()]);
      expect(owner.attributes()).toMatchObject({ uid, gid });
      expect(readPacket(modeAttributes(mode)).attributes()).toMatchObject({ mode });
    }),
  );
});

test("whatever comes is read, or is an error of its own", () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(bytes, (packet) => {
      try {
        const { type, mode } = readPacket(Buffer.from(packet)).attributes();
        expect(["file", "directory", "symlink", "other"]).toContain(type);
        expect(mode).toBeLessThanOrEqual(0o7777);
      } catch (error) {
        expect(error).toBeInstanceOf(FileError);
      }
    }),
  );
});
