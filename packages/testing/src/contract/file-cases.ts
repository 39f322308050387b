import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { askFile, assertKernelRefuses, fileHeaders, putFile, readDirectory, readFile, statLine } from "./own-files.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { assertDone, of } from "./own-object.ts";
import { assertRefused, assertSync, get, send } from "./raw-http.ts";

const directory = { type: "directory" };
const symlink = { type: "symlink" };

/** Files in instances. */
export const fileCases: readonly ContractCase[] = [
  {
    name: "a file is written, read, appended to, overwritten and deleted",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/a", "hello");
        const read = await readFile(target, path, "/root/a");
        assert.equal(read.text, "hello");
        assert.equal(read.headers["content-length"], "5");
        assert.equal(read.headers["content-disposition"], "inline;filename=a");
        assert.equal(read.headers["accept-ranges"], "bytes");
        const { modified, ...rest } = fileHeaders(target, read.headers);
        assert.deepEqual(rest, { uid: "0", gid: "0", mode: "0644", type: "file" });
        assert.match(modified ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
        assert.equal(
          read.headers["last-modified"],
          new Date((modified ?? "").replace(" +0000 UTC", "Z")).toUTCString(),
        );
        await putFile(target, path, "/root/a", " world", { write: "append" });
        // Without a slash at its start a path means the same.
        assert.equal((await readFile(target, path, "root/a")).text, "hello world");
        await putFile(target, path, "/root/a", "other", { write: "overwrite", type: "file" });
        assert.equal((await readFile(target, path, "/root/../root/./a")).text, "other");
        assert.deepEqual(await readDirectory(target, path, "/root"), ["a"]);
        assertDone(await askFile(target, "DELETE", path, "/root/a"));
        assertRefused(await askFile(target, "GET", path, "/root/a"), 404, "Not Found");
        assert.deepEqual(await readDirectory(target, path, "/root/"), []);
      });
    },
  },
  {
    name: "owner and mode are set on new files only; a mode without a zero at its start is decimal",
    async run(target) {
      await withInstance(target, async (path) => {
        const modes = { mode: "0600", uid: "5", gid: "6" };
        await putFile(target, path, "/root/a", "x");
        await putFile(target, path, "/root/a", "y", modes);
        assert.equal(await statLine(target, path, "/root/a"), "0 0 0644 file");
        await putFile(target, path, "/root/b", "x", modes);
        assert.equal(await statLine(target, path, "/root/b"), "5 6 0600 file");
        const odd = [
          ["4755", "0223"],
          ["04755", "0755"],
          ["-1", "0777"],
          ["+0600", "0600"],
          ["0o640", "0644"],
          ["9x", "0644"],
          ["0", "0000"],
        ] as const;
        for (const [mode, expected] of odd) {
          await putFile(target, path, "/root/c", "x", { mode, uid: "7x", gid: "-5" });
          assert.equal(await statLine(target, path, "/root/c"), `0 0 ${expected} file`);
          assertDone(await askFile(target, "DELETE", path, "/root/c"));
        }
        await putFile(target, path, "/root/c", "x", { uid: "4294967295", gid: "+4294967303" });
        assert.equal(await statLine(target, path, "/root/c"), "0 7 0644 file");
      });
    },
  },
  {
    name: "directories are made, listed and deleted when they are empty",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/d", "ignored", directory);
        const usual = of(target, { lxd: "0750", incus: "0755" });
        assert.equal(await statLine(target, path, "/root/d"), `0 0 ${usual} directory`);
        // What is there already is left alone, whatever it is.
        await putFile(target, path, "/root/d/", "", { ...directory, mode: "0711" });
        assert.equal(await statLine(target, path, "/root/d"), `0 0 ${usual} directory`);
        await putFile(target, path, "/root/d/f", "x");
        await putFile(target, path, "/root/d/f", "", directory);
        assert.equal((await readFile(target, path, "/root/d/f")).text, "x");
        await putFile(target, path, "/root/e", "", { ...directory, mode: "01711", uid: "3", gid: "4" });
        assert.equal(await statLine(target, path, "/root/e"), "3 4 0711 directory");
        const full = await askFile(target, "DELETE", path, "/root/d", { headers: { force: "true" } });
        assertKernelRefuses(full, "remove /root/d", "directory not empty");
        assertDone(await askFile(target, "DELETE", path, "/root/d/f"));
        assertDone(await askFile(target, "DELETE", path, "/root/d/"));
        assert.deepEqual(await readDirectory(target, path, "/root"), ["e"]);
      });
    },
  },
  {
    name: "links are told with where they lead, and followed on the way to others",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/d", "", directory);
        await putFile(target, path, "/root/l", "d/../a", { ...symlink, uid: "5" });
        const read = await readFile(target, path, "/root/l");
        assert.equal(read.text, "/root/a");
        const { modified: _, ...rest } = fileHeaders(target, read.headers);
        assert.deepEqual(rest, { uid: "0", gid: "0", mode: "0777", type: "symlink" });
        assert.equal(await statLine(target, path, "/root/l"), "0 0 0777 symlink");
        const again = await askFile(target, "POST", path, "/root/l", { body: "a", headers: symlink });
        assertKernelRefuses(again, "symlink a /root/l", "file exists");
        await putFile(target, path, "/root/l", "through");
        assert.equal((await readFile(target, path, "/root/a")).text, "through");
        await putFile(target, path, "/root/dl", "/root/d", symlink);
        await putFile(target, path, "/root/dl/x", "inside");
        assert.deepEqual(await readDirectory(target, path, "/root/d"), ["x"]);
        assert.equal((await readFile(target, path, "/root/dl")).text, "/root/d");
        assert.deepEqual(await readDirectory(target, path, "/root/dl/"), ["x"]);
        assertKernelRefuses(await askFile(target, "DELETE", path, "/root/dl/"), "remove /root/dl/", "not a directory");
        assertDone(await askFile(target, "DELETE", path, "/root/dl"));
        await putFile(target, path, "/root/dangling", "/no/where", symlink);
        assertRefused(await askFile(target, "POST", path, "/root/dangling", { body: "x" }), 404, "Not Found");
        await putFile(target, path, "/root/empty", "new", symlink);
        await putFile(target, path, "/root/empty", "x", { mode: "0600" });
        assert.equal(await statLine(target, path, "/root/new"), "0 0 0600 file");
        assertRefused(await askFile(target, "POST", path, "/root/e", { body: "", headers: symlink }), 404, "Not Found");
        await putFile(target, path, "/root/loop", "loop", symlink);
        const looped = await askFile(target, "GET", path, "/root/loop/x");
        assertKernelRefuses(looped, "lstat /root/loop/x", "too many levels of symbolic links");
      });
    },
  },
  {
    name: "what cannot be done with a file is refused with the words of the kernel",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/a", "x");
        const long = `/root/${"n".repeat(256)}`;
        const refused = [
          ["POST", "/root", {}, "open /root", "is a directory"],
          ["POST", "/root/new/", {}, "open /root/new/", "is a directory"],
          ["POST", "/root/a/x", {}, "open /root/a/x", "not a directory"],
          ["POST", "/root/a/x", symlink, "symlink y /root/a/x", "not a directory"],
          ["POST", "/root/a/x", directory, "mkdir /root/a/x", "not a directory"],
          ["POST", long, {}, `open ${long}`, "file name too long"],
          ["GET", "/root//a/", {}, "lstat /root//a/", "not a directory"],
          ["DELETE", "/root/a/x", {}, "remove /root/a/x", "not a directory"],
          ["DELETE", "/root/.", {}, "remove /root/.", "invalid argument"],
          ["DELETE", "/root/..", {}, "remove /root/..", "directory not empty"],
          ["DELETE", "/", {}, "remove /", "device or resource busy"],
        ] as const;
        for (const [method, file, headers, what, reason] of refused) {
          const options = method === "POST" ? { body: "y", headers } : {};
          assertKernelRefuses(await askFile(target, method, path, file, options), what, reason);
        }
        const missing = [
          ["GET", "/root/none", {}],
          ["GET", "/none/none", {}],
          ["DELETE", "/root/none", {}],
          ["POST", "/none/none", {}],
          ["POST", "/none/none", directory],
          ["POST", "/none/none", symlink],
          ["POST", "/root/none", { write: "append" }],
        ] as const;
        for (const [method, file, headers] of missing) {
          const options = method === "POST" ? { body: "y", headers } : {};
          assertRefused(await askFile(target, method, path, file, options), 404, "Not Found");
        }
        const head = await askFile(target, "HEAD", path, "/root/none");
        assert.deepEqual([head.status, head.text], [404, ""]);
        const bad = await askFile(target, "POST", path, "/root/a", { body: "y", headers: { write: "sideways" } });
        assertRefused(bad, 400, "Bad file write mode: sideways");
        const odd = await askFile(target, "POST", path, "/root/a", { body: "y", headers: { type: "gizmo" } });
        assertRefused(odd, 400, "Bad file type: gizmo");
        assertRefused(await send(target, "PUT", `${path}/files?path=/root/a`), 501, "not implemented");
      });
    },
  },
  {
    name: "a file of an instance that is not there, and a path that is missing",
    async run(target) {
      const nobody = of(target, {
        lxd: "Instance not found",
        incus: 'Failed to fetch instance "no-such-instance" in project "default": Instance not found',
      });
      const elsewhere = of(target, { lxd: "Instance not found", incus: "Project not found" });
      await withInstance(target, async (path) => {
        for (const method of ["GET", "POST", "DELETE"]) {
          for (const query of ["", "?path="]) {
            assertRefused(await send(target, method, `${path}/files${query}`), 400, "Missing path argument");
          }
          assertRefused(await askFile(target, method, "/1.0/instances/no-such-instance", "/x"), 404, nobody);
          assertRefused(await send(target, method, `${path}/files?path=/root&project=no-such`), 404, elsewhere);
        }
      });
    },
  },
  {
    name: "a part of a file can be asked for, and a file that did not change",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/r", "0123456789");
        const url = `${path}/files?path=/root/r`;
        const some = await send(target, "GET", url, { headers: { Range: "bytes=2-4" } });
        assert.deepEqual([some.status, some.text, some.headers["content-range"]], [206, "234", "bytes 2-4/10"]);
        const last = await send(target, "GET", url, { headers: { Range: "bytes=-3" } });
        assert.deepEqual([last.status, last.text], [206, "789"]);
        const parts = await send(target, "GET", url, { headers: { Range: "bytes=0-1,4-5" } });
        assert.equal(parts.status, 206);
        assert.match(parts.headers["content-type"] ?? "", /^multipart\/byteranges; boundary=[0-9a-f]{60}$/);
        assert.match(
          parts.text,
          /Content-Range: bytes 4-5\/10\r\nContent-Type: application\/octet-stream\r\n\r\n45\r\n--/,
        );
        const later = new Date(Date.now() + 60_000).toUTCString();
        const unchanged = await send(target, "GET", url, { headers: { "If-Modified-Since": later } });
        assert.deepEqual([unchanged.status, unchanged.text], [304, ""]);
        assertSync(await send(target, "GET", `${path}/files?path=/root`, { headers: { "If-Modified-Since": later } }));
      });
    },
  },
  {
    name: "HEAD tells what a file is; Incus tells the size of a file too",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/a ä", "12345");
        const { headers, text } = await askFile(target, "HEAD", path, "/root/a ä");
        assert.equal(text, "");
        assert.equal(headers["content-length"], of(target, { lxd: undefined, incus: "5" }));
        assert.equal(headers["content-type"], `application/${of(target, { lxd: "json", incus: "octet-stream" })}`);
        const directoryHead = await askFile(target, "HEAD", path, "/root");
        assert.equal(directoryHead.headers["content-type"], "application/json");
        assert.equal(directoryHead.headers["content-length"], undefined);
      });
    },
  },
  {
    name: "a running instance has the same files, besides those of the kernel; it takes no owner that it does not have",
    async run(target) {
      await withInstance(target, async (path) => {
        await putFile(target, path, "/root/early", "x");
        assert.deepEqual(await readDirectory(target, path, "/dev"), []);
        assertRefused(await askFile(target, "GET", path, "/dev/null"), 404, "Not Found");
        await bringTo(target, path, { action: "start" });
        assert.equal((await readFile(target, path, "/root/early")).text, "x");
        assert.equal((await readFile(target, path, "/dev/null")).text, "");
        assert.equal(await statLine(target, path, "/dev/null"), "65534 65534 0666 file");
        const refused = await askFile(target, "POST", path, "/root/b", { body: "x", headers: { uid: "10000001" } });
        assertKernelRefuses(refused, "chown /root/b", "invalid argument");
        assert.equal(await statLine(target, path, "/root/b"), "0 0 0644 file");
        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        assert.deepEqual(await readDirectory(target, path, "/root"), ["b", "early"]);
        assert.deepEqual(await readDirectory(target, path, "/dev"), []);
      });
    },
  },
  {
    name: "SFTP is refused to those who do not ask for it in the right way",
    async run(target) {
      const text = "Missing or invalid upgrade header";
      assertRefused(await get(target, "/1.0/instances/no-such-instance/sftp"), 400, text);
      await withInstance(target, async (path) => {
        assertRefused(await get(target, `${path}/sftp`), 400, text);
        assertRefused(await send(target, "POST", `${path}/sftp`), 501, "not implemented");
      });
    },
  },
];
