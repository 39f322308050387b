import assert from "node:assert/strict";
import { number32, readPacket, sftpString as text, sftpType } from "../instances/sftp/sftp-packet.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { putFile, readDirectory, readFile, statLine } from "./own-files.ts";
import { withInstance } from "./own-instance.ts";
import { assertStatus, handleOf, namesOf, number64, openSftp, type RawSftp } from "./raw-sftp.ts";

const failure = 4;
const readOnly = number32(1);
/** Writes, creates, truncates. */
const forWriting = number32(2 | 8 | 16);
const noAttributes = number32(0);

/** Runs `use` with an SFTP connection to a new, stopped instance. */
async function inside(target: ContractTarget, use: (sftp: RawSftp, path: string) => Promise<void>): Promise<void> {
  await withInstance(target, async (path) => {
    const sftp = await openSftp(target, path);
    try {
      await use(sftp, path);
    } finally {
      sftp.close();
    }
  });
}

/** Files in instances by SFTP. */
export const sftpCases: readonly ContractCase[] = [
  {
    name: "SFTP writes and reads at any offset",
    async run(target) {
      await inside(target, async (sftp, path) => {
        assert.deepEqual(sftp.extensions, ["hardlink@openssh.com", "posix-rename@openssh.com", "statvfs@openssh.com"]);
        const file = handleOf(await sftp.ask(sftpType.open, text("/root/f"), forWriting, noAttributes));
        assertStatus(await sftp.ask(sftpType.write, file, number64(0), text("hello")), 0, "");
        assertStatus(await sftp.ask(sftpType.write, file, number64(7), text("!")), 0, "");
        assertStatus(await sftp.ask(sftpType.write, file, number64(0), text("J")), 0, "");
        const unreadable = await sftp.ask(sftpType.read, file, number64(0), number32(9));
        assertStatus(unreadable, failure, "read /root/f: bad file descriptor");
        assertStatus(await sftp.ask(sftpType.close, file), 0, "");
        assertStatus(await sftp.ask(sftpType.close, file), failure, "bad file descriptor");
        assert.equal((await readFile(target, path, "/root/f")).text, "Jello\0\0!");
        const read = handleOf(await sftp.ask(sftpType.open, text("/root/f"), readOnly, noAttributes));
        const some = await sftp.ask(sftpType.read, read, number64(1), number32(4));
        assert.deepEqual([some.type, readPacket(some.fields).text()], [sftpType.data, "ello"]);
        assertStatus(await sftp.ask(sftpType.read, read, number64(8), number32(4)), 1, "EOF");
        const size = Buffer.concat([number32(1), number64(3)]);
        assertStatus(await sftp.ask(sftpType.setStat, text("/root/f"), size), 0, "");
        assert.equal((await readFile(target, path, "/root/f")).text, "Jel");
      });
    },
  },
  {
    name: "SFTP makes, lists, renames and removes; one packet removes files and empty directories alike",
    async run(target) {
      await inside(target, async (sftp, path) => {
        assertStatus(await sftp.ask(sftpType.makeDirectory, text("/root/d"), number32(4), number32(0o700)), 0, "");
        assert.equal(await statLine(target, path, "/root/d"), "0 0 0755 directory");
        await putFile(target, path, "/root/d/f", "x");
        assertStatus(await sftp.ask(sftpType.makeLink, text("f"), text("/root/d/l")), 0, "");
        assert.deepEqual(namesOf(await sftp.ask(sftpType.readLink, text("/root/d/l"))), ["f"]);
        const directory = handleOf(await sftp.ask(sftpType.openDirectory, text("/root/d")));
        const names = namesOf(await sftp.ask(sftpType.readDirectory, directory));
        assert.deepEqual(names.toSorted(), ["f", "l"]);
        assertStatus(await sftp.ask(sftpType.readDirectory, directory), 1, "EOF");
        assertStatus(await sftp.ask(sftpType.remove, text("/root/d")), failure, "remove /root/d: directory not empty");
        assertStatus(await sftp.ask(sftpType.rename, text("/root/d/f"), text("/root/d/g")), 0, "");
        const posix = text("posix-rename@openssh.com");
        assertStatus(await sftp.ask(sftpType.extended, posix, text("/root/d/g"), text("/root/d/l")), 0, "");
        assert.deepEqual(await readDirectory(target, path, "/root/d"), ["l"]);
        assertStatus(await sftp.ask(sftpType.removeDirectory, text("/root/d/l")), 0, "");
        assertStatus(await sftp.ask(sftpType.remove, text("/root/d")), 0, "");
        assert.deepEqual(await readDirectory(target, path, "/root"), []);
        assert.deepEqual(namesOf(await sftp.ask(sftpType.realPath, text("."))), ["/"]);
        assert.deepEqual(namesOf(await sftp.ask(sftpType.realPath, text("/root/../etc"))), ["/etc"]);
      });
    },
  },
  {
    name: "SFTP changes owner and mode, and drops the special bits",
    async run(target) {
      await inside(target, async (sftp, path) => {
        await putFile(target, path, "/root/f", "x");
        const mode = [number32(4), number32(0o4751)];
        assertStatus(await sftp.ask(sftpType.setStat, text("/root/f"), ...mode), 0, "");
        assertStatus(await sftp.ask(sftpType.setStat, text("/root/f"), number32(2), number32(3), number32(4)), 0, "");
        assert.equal(await statLine(target, path, "/root/f"), "3 4 0751 file");
        const times = [number32(8), number32(1000), number32(2000)];
        assertStatus(await sftp.ask(sftpType.setStat, text("/root/f"), ...times), 0, "");
        const { type, fields } = await sftp.ask(sftpType.lstat, text("/root/f"));
        assert.equal(type, sftpType.attributes);
        const reader = readPacket(fields);
        assert.deepEqual([reader.number32(), reader.number64()], [15, 1]);
        const rest = [reader.number32(), reader.number32(), reader.number32(), reader.number32(), reader.number32()];
        assert.deepEqual(rest, [3, 4, 0o100751, 2000, 2000]);
      });
    },
  },
  {
    name: "SFTP says what is wrong with the words of the kernel",
    async run(target) {
      await inside(target, async (sftp, path) => {
        await putFile(target, path, "/root/f", "x");
        const missing = 2;
        const exclusive = number32(2 | 8 | 32);
        const cases = [
          [sftpType.stat, [text("/none")], missing, "stat /none: no such file or directory"],
          [sftpType.lstat, [text("/root/f/x")], failure, "lstat /root/f/x: not a directory"],
          [sftpType.open, [text("/none"), readOnly, noAttributes], missing, "open /none: no such file or directory"],
          [sftpType.open, [text("/root/f"), exclusive, noAttributes], failure, "open /root/f: file exists"],
          [sftpType.open, [text("/root"), forWriting, noAttributes], failure, "open /root: is a directory"],
          [sftpType.open, [text("/root/f"), number32(0), noAttributes], failure, "invalid argument"],
          [sftpType.makeDirectory, [text("/root"), noAttributes], failure, "mkdir /root: file exists"],
          [sftpType.openDirectory, [text("/none")], missing, "stat /none: no such file or directory"],
          [sftpType.readLink, [text("/root/f")], failure, "readlink /root/f: invalid argument"],
          [
            sftpType.setStat,
            [text("/none"), number32(4), number32(0o600)],
            missing,
            "chmod /none: no such file or directory",
          ],
          [sftpType.read, [text("99"), number64(0), number32(1)], failure, "bad file descriptor"],
          [sftpType.extended, [text("no-such@example.org")], 8, "operation unsupported"],
        ] as const;
        for (const [type, fields, code, message] of cases) {
          assertStatus(await sftp.ask(type, ...fields), code, message);
        }
        // What it does not know ends the connection.
        await assert.rejects(sftp.ask(99, text("x")), /was closed/);
        await sftp.closed;
      });
    },
  },
];
