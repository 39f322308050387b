import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect } from "vitest";
import { describeRoutes, type RouteContext } from "./route-cases.ts";
import { withInstance } from "./running-instance.ts";

/** A case with a running instance and a folder of its own. */
function inside(
  run: (context: RouteContext & { readonly folder: string }) => Promise<void>,
): (context: RouteContext) => Promise<void> {
  return async (context) => {
    const folder = await mkdtemp(join(tmpdir(), "lxdkit-files-"));
    try {
      await withInstance(context.client, context.name, () => run({ ...context, folder }));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

describeRoutes("files", ({ covers, real }) => {
  /** What a shell says in the instance, by the server's own client program. */
  const outside = async (name: string, script: string): Promise<string> => {
    const program = real.flavour === "lxd" ? "lxc" : "incus";
    return (await real.run([program, "exec", name, "--", "sh", "-c", script])).stdout;
  };
  const attributesOf = (name: string, path: string) => outside(name, `stat -c '%u %g %a %F' '${path}'`);

  covers(
    [
      "GET /1.0/instances/{name}/files",
      "HEAD /1.0/instances/{name}/files",
      "POST /1.0/instances/{name}/files",
      "DELETE /1.0/instances/{name}/files",
    ],
    "files, directories and links are written, read, asked about and deleted",
    inside(async ({ client, name }) => {
      const { files } = client.instances;
      await files.write(name, "/root/a file & 'more' %2F ä", "hello\n", { uid: 7, gid: 8, mode: 0o640 });
      expect(await outside(name, `stat -c '%u %g %a' "/root/a file & 'more' %2F ä"`)).toBe("7 8 640");
      await files.write(name, "root/a file & 'more' %2F ä", "again\n", { append: true });
      const file = await files.get(name, "/root/a file & 'more' %2F ä");
      expect(file).toMatchObject({ type: "file", sizeBytes: 12, attributes: { uid: 7, gid: 8, mode: 0o640 } });
      if (file.type === "file") expect((await buffer(file.body)).toString()).toBe("hello\nagain\n");
      expect(await files.stat(name, "/root")).toMatchObject({ type: "directory", mode: 0o755, uid: 0 });
      await expect(files.write(name, "/root/none", "x", { append: true })).rejects.toMatchObject({ code: "NOT_FOUND" });

      await files.makeDirectory(name, "/root/d", { uid: 3, mode: 0o711 });
      await files.makeDirectory(name, "/root/plain");
      expect(await attributesOf(name, "/root/d")).toBe("3 0 711 directory");
      expect(await attributesOf(name, "/root/plain")).toBe("0 0 755 directory");
      await files.makeSymlink(name, "/root/d/link", "../plain");
      expect(await outside(name, "readlink /root/d/link")).toBe("../plain");
      expect(await files.get(name, "/root/d/link")).toMatchObject({ type: "symlink", target: "/root/plain" });
      expect(await files.get(name, "/root/d")).toMatchObject({ type: "directory", entries: ["link"] });
      expect(await files.get(name, "/root/plain")).toMatchObject({ entries: [] });

      await expect(files.delete(name, "/root/d")).rejects.toMatchObject({ code: "SERVER_ERROR" });
      // No server here is new enough for it, and without it the directory would be refused all the same.
      await expect(files.delete(name, "/root/d", { force: true })).rejects.toMatchObject({
        code: "EXTENSION_MISSING",
        extension: "file_delete_force",
      });
      await files.delete(name, "/root/d/link");
      await files.delete(name, "/root/d");
      expect(await outside(name, "ls /root | sort")).toBe("a file & 'more' %2F ä\nplain");
      await expect(files.stat(name, "/root/d")).rejects.toMatchObject({ code: "NOT_FOUND" });
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/files", "GET /1.0/instances/{name}/files", "GET /1.0/instances/{name}/sftp"],
    "large files go both ways unchanged, with progress; owner and mode are as asked, also of files that are there",
    inside(async ({ client, name, folder }) => {
      const { files } = client.instances;
      const bytes = randomBytes(20 * 1024 * 1024);
      const hash = createHash("sha256").update(bytes).digest("hex");
      const local = join(folder, "large");
      await writeFile(local, bytes, { mode: 0o600 });
      const told: number[] = [];
      const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes?: number | undefined }) => {
        expect(totalBytes).toBe(bytes.length);
        told.push(doneBytes);
      };
      await files.pushFile(name, local, "/srv/new/large", { createParents: { uid: 4, mode: 0o750 }, onProgress });
      expect(told.at(-1)).toBe(bytes.length);
      expect(told).toEqual(told.toSorted((one, other) => one - other));
      expect(await outside(name, "sha256sum < /srv/new/large")).toBe(`${hash}  -`);
      expect(await attributesOf(name, "/srv/new/large")).toBe("0 0 600 regular file");
      expect(await attributesOf(name, "/srv/new")).toBe("4 0 750 directory");

      await writeFile(local, "short");
      await files.pushFile(name, local, "/srv/new/large", { uid: 5 });
      expect(await attributesOf(name, "/srv/new/large")).toBe("5 0 600 regular file");
      await chmod(local, 0o755);
      await files.pushFile(name, local, "/srv/new/large");
      expect(await attributesOf(name, "/srv/new/large")).toBe("5 0 600 regular file");
      await files.setAttributes(name, "/srv/new/large", { gid: 9, mode: 0o644 });
      expect(await attributesOf(name, "/srv/new/large")).toBe("5 9 644 regular file");

      await files.write(name, "/srv/new/large", bytes);
      await files.makeSymlink(name, "/srv/link", "new/large");
      const back = join(folder, "back");
      told.length = 0;
      expect(await files.pullFile(name, "/srv/link", back, { onProgress })).toMatchObject({ uid: 5, gid: 9 });
      expect(told.at(-1)).toBe(bytes.length);
      expect(
        createHash("sha256")
          .update(await readFile(back))
          .digest("hex"),
      ).toBe(hash);
      expect((await lstat(back)).mode & 0o777).toBe(0o644);
      await expect(files.pullFile(name, "/srv", join(folder, "no"))).rejects.toMatchObject({
        code: "FILE_UNEXPECTED_TYPE",
      });
      expect((await readdir(folder)).toSorted()).toEqual(["back", "large"]);
    }),
  );

  covers(
    ["POST /1.0/instances/{name}/files", "GET /1.0/instances/{name}/files", "GET /1.0/instances/{name}/sftp"],
    "a tree goes in and comes out again: modes, owners, links, empty directories, all of it",
    inside(async ({ client, name, folder }) => {
      const { files } = client.instances;
      const source = join(folder, "source");
      await mkdir(join(source, "empty"), { recursive: true });
      await mkdir(join(source, "deep/deeper"), { recursive: true });
      for (let at = 0; at < 30; at += 1) await writeFile(join(source, "deep", `file ${String(at)}`), `${String(at)}\n`);
      await writeFile(join(source, "deep/deeper/tool"), "#!/bin/sh\necho works\n");
      await chmod(join(source, "deep/deeper/tool"), 0o755);
      await writeFile(join(source, "nothing"), "");
      await symlink("deep/deeper/tool", join(source, "relative"));
      await symlink("/nowhere/at all", join(source, "dangling"));
      await chmod(join(source, "deep/deeper"), 0o500);

      const told: number[] = [];
      const pushed = await files.pushTree(name, source, "/opt/app", {
        uid: 33,
        createParents: true,
        onProgress: ({ doneBytes }) => told.push(doneBytes),
      });
      expect(pushed).toMatchObject({ files: 32, directories: 4, symlinks: 2, skipped: [] });
      expect(told.at(-1)).toBe(pushed.bytes);
      expect(await outside(name, "/opt/app/relative; cat '/opt/app/deep/file 17'")).toBe("works\n17");
      expect(await outside(name, "cd /opt/app; readlink relative; readlink dangling")).toBe(
        "deep/deeper/tool\n/nowhere/at all",
      );
      expect(await attributesOf(name, "/opt/app/deep/deeper/tool")).toBe("33 0 755 regular file");
      expect(await attributesOf(name, "/opt/app/deep/deeper")).toBe("33 0 500 directory");
      expect(await outside(name, "find /opt/app | wc -l; ls /opt/app/empty")).toBe("38");

      const copy = join(folder, "copy");
      await outside(name, "mkfifo /opt/app/pipe");
      const pulled = await files.pullTree(name, "/opt/app/", copy);
      expect(pulled).toEqual({ ...pushed, skipped: ["/opt/app/pipe"] });
      expect(await listing(copy)).toEqual(await listing(source));
      const kept = await files.pullTree(name, "/opt/app", copy, { keepOwners: true });
      expect(kept).toEqual(pulled);
      expect((await lstat(join(copy, "deep/file 3"))).uid).toBe(33);

      // A second time over what is there: what was changed is as in the source again, and no link is written through.
      await outside(name, "chmod 600 '/opt/app/deep/file 1'; echo no > '/opt/app/deep/file 1'; echo safe > /root/aim");
      await outside(
        name,
        "cd /opt/app; rm nothing relative; ln -s /root/aim nothing; echo file > relative; echo more > more",
      );
      await files.pushTree(name, source, "/opt/app", { uid: 34 });
      expect(
        await outside(name, "cat /root/aim; readlink /opt/app/relative; cat '/opt/app/deep/file 1' /opt/app/more"),
      ).toBe("safe\ndeep/deeper/tool\n1\nmore");
      expect(await attributesOf(name, "/opt/app/deep/file 1")).toBe("34 0 644 regular file");
      expect(await attributesOf(name, "/opt/app/nothing")).toBe("34 0 644 regular empty file");
      await outside(name, "rm -r /opt/app/empty; touch /opt/app/empty");
      await expect(files.pushTree(name, source, "/opt/app")).rejects.toMatchObject({ code: "FILE_UNEXPECTED_TYPE" });
      await expect(files.pullTree(name, "/opt/app/empty", copy)).rejects.toMatchObject({
        code: "FILE_UNEXPECTED_TYPE",
      });
      await chmod(join(source, "deep/deeper"), 0o700);
    }),
  );

  covers(
    ["GET /1.0/instances/{name}/sftp"],
    "raw bytes of SFTP go both ways",
    inside(async ({ client, name }) => {
      const stream = await client.instances.files.sftp(name);
      try {
        // The greeting of SFTP, with version 3, which the server repeats in its own.
        stream.write(Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]));
        const [answer] = (await once(stream, "data")) as [Buffer];
        expect([answer.readUInt32BE(0), answer[4], answer.readUInt32BE(5)]).toEqual([answer.length - 4, 2, 3]);
        // The status of a file that is not there.
        stream.write(Buffer.from([0, 0, 0, 11, 7, 0, 0, 0, 9, 0, 0, 0, 2, 0x2f, 0x78]));
        const [status] = (await once(stream, "data")) as [Buffer];
        expect([status[4], status.readUInt32BE(5), status.readUInt32BE(9)]).toEqual([101, 9, 2]);
        expect(await outside(name, "ls /x 2>&1 || true")).toContain("No such file");
      } finally {
        stream.destroy();
      }
    }),
  );
});

/** Every path below a folder with what it is. */
async function listing(folder: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stats = await lstat(path);
    const content = entry.isFile() ? await readFile(path, "utf8") : undefined;
    const target = entry.isSymbolicLink() ? await readlink(path) : undefined;
    found[path.slice(folder.length)] = { mode: entry.isSymbolicLink() ? 0 : stats.mode & 0o777, content, target };
  }
  return found;
}
