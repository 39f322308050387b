import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ScriptedNode, serveSftp } from "../contract/scripted-sftp.ts";
import { type ScriptedServer, startScriptedServer, sync } from "../contract/scripted-server.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-hostile-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A server with these nodes below `/data`, whose files are answered by hand. */
function serve(
  nodes: Readonly<Record<string, ScriptedNode>>,
  answer: (path: string, response: ServerResponse) => void = (_path, response) => {
    response.writeHead(200, { "x-lxd-type": "file", "content-length": "1" }).end("x");
  },
): Promise<ScriptedServer> {
  return startScriptedServer({
    onUpgrade({ path }, socket) {
      if (!path.endsWith("/sftp")) return false;
      serveSftp(socket, nodes);
      return true;
    },
    onRequest({ path, query }, response) {
      if (!path.endsWith("/files")) return false;
      answer(query.get("path") ?? "", response);
      return true;
    },
  });
}

/** Everything that is in the folder of the test, the names of drafts left out. */
async function everything(): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

describe("a tree", () => {
  test.each(["../x", "", "/etc/x", "a/b", "a\0b"])("with an entry named %j is refused", async (entry) => {
    await using server = await serve({
      "/data": { type: "directory", entries: ["good", entry] },
      "/data/good": { type: "file", sizeBytes: 1 },
    });
    const pulling = server.client.instances.files.pullTree("c1", "/data", join(folder, "a/b/c"));
    await expect(pulling).rejects.toMatchObject({ code: "FILE_UNSAFE_NAME", name: "FileError" });
    expect(await everything()).toEqual([]);
  });

  test("that lists the directory itself and the one above it: they are passed over", async () => {
    await using server = await serve({ "/data": { type: "directory", entries: [".", "good", ".."] } });
    expect(await server.client.instances.files.pullTree("c1", "/data", join(folder, "in"))).toMatchObject({
      files: 1,
      directories: 1,
    });
    expect(await everything()).toEqual(["in", "in/good"]);
  });

  test("that has a name twice is refused: the first could be a link that the second goes through", async () => {
    await using server = await serve({
      "/data": { type: "directory", entries: ["way", "way"] },
      "/data/way": { type: "symlink", target: folder },
    });
    await expect(server.client.instances.files.pullTree("c1", "/data", join(folder, "in"))).rejects.toMatchObject({
      code: "FILE_CHANGED",
    });
    expect(await everything()).toEqual([]);
  });

  test("whose file becomes a link or a directory on the way is refused", async () => {
    for (const type of ["symlink", "directory"]) {
      const nodes = { "/data": { type: "directory", entries: ["f"] } } as const;
      await using server = await serve(nodes, (_path, response) => {
        response.setHeader("x-lxd-type", type);
        if (type === "directory") sync(response, ["../../escape"]);
        else response.end("/etc/passwd");
      });
      await expect(server.client.instances.files.pullTree("c1", "/data", join(folder, "in"))).rejects.toMatchObject({
        code: "FILE_CHANGED",
      });
      expect(await everything()).toEqual(["in"]);
    }
  });

  test("is not written through links that are here already, whether they stand for a file or a directory", async () => {
    const target = join(folder, "target");
    await mkdir(join(folder, "in"));
    await writeFile(target, "untouched");
    await symlink(target, join(folder, "in/f"));
    await using server = await serve({ "/data": { type: "directory", entries: ["f"] } });
    await server.client.instances.files.pullTree("c1", "/data", join(folder, "in"));
    expect(await readFile(join(folder, "in/f"), "utf8")).toBe("x");
    expect(await readFile(target, "utf8")).toBe("untouched");

    await mkdir(join(folder, "elsewhere"));
    await symlink(join(folder, "elsewhere"), join(folder, "in/d"));
    await using other = await serve({
      "/data": { type: "directory", entries: ["d"] },
      "/data/d": { type: "directory", entries: ["f"] },
    });
    await expect(other.client.instances.files.pullTree("c1", "/data", join(folder, "in"))).rejects.toMatchObject({
      code: "FILE_UNEXPECTED_TYPE",
    });
    expect(await readdir(join(folder, "elsewhere"))).toEqual([]);
  });

  test("with links: they are copied as they are, after everything else", async () => {
    const order: string[] = [];
    const nodes = {
      "/data": { type: "directory", entries: ["link", "f"] },
      "/data/link": { type: "symlink", target: "../../outside" },
    } as const;
    await using server = await serve(nodes, (path, response) => {
      order.push(path);
      response.writeHead(200, { "x-lxd-type": "file", "content-length": "1" }).end("x");
    });
    const result = await server.client.instances.files.pullTree("c1", "/data", join(folder, "in"));
    expect(result).toMatchObject({ files: 1, symlinks: 1 });
    expect(order).toEqual(["/data/f"]);
    expect(await everything()).toEqual(["in", "in/f", "in/link"]);
  });

  test("one of whose files breaks off leaves no half file, and ends the others", async () => {
    const entries = Array.from({ length: 40 }, (_, at) => `f${String(at)}`);
    let asked = 0;
    await using server = await serve({ "/data": { type: "directory", entries } }, (_path, response) => {
      asked += 1;
      response.writeHead(200, { "x-lxd-type": "file", "content-length": "1000" });
      const isLast = asked === 4;
      // After the half has left: a request that is lost before its answer begins would be sent again.
      response.write("half", () => {
        if (isLast) response.destroy();
      });
    });
    await expect(
      server.client.instances.files.pullTree("c1", "/data", join(folder, "in"), { parallel: 4 }),
    ).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(asked).toBe(4);
    expect(await everything()).toEqual(["in"]);
  });

  test("an abort ends it with the reason", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    await using server = await serve({ "/data": { type: "directory", entries: ["f"] } }, (_path, response) => {
      response.writeHead(200, { "x-lxd-type": "file" });
      response.write("half");
      controller.abort(reason);
    });
    const { signal } = controller;
    await expect(server.client.instances.files.pullTree("c1", "/data", join(folder, "in"), { signal })).rejects.toBe(
      reason,
    );
    expect(await everything()).toEqual(["in"]);
  });
});

describe("one file", () => {
  test("a link that leads to itself ends", async () => {
    await using server = await serve({}, (path, response) => {
      response.setHeader("x-lxd-type", "symlink").end(path);
    });
    await expect(server.client.instances.files.pullFile("c1", "/loop", join(folder, "f"))).rejects.toMatchObject({
      code: "FILE_UNEXPECTED_TYPE",
    });
  });

  test("a directory whose list is none is told as such", async () => {
    await using server = await serve({}, (_path, response) => {
      response.setHeader("x-lxd-type", "directory");
      sync(response, [1, 2]);
    });
    await expect(server.client.instances.files.get("c1", "/d")).rejects.toMatchObject({ code: "BAD_METADATA" });
  });

  test("a failing listener of the progress ends the transfer", async () => {
    await using server = await serve({});
    const failure = new Error("listener");
    const onProgress = (): never => {
      throw failure;
    };
    await expect(server.client.instances.files.pullFile("c1", "/f", join(folder, "f"), { onProgress })).rejects.toBe(
      failure,
    );
    expect(await everything()).toEqual([]);
  });
});

describe("an SFTP server that", () => {
  const greeting = "HTTP/1.1 101 Switching Protocols\r\nupgrade: sftp\r\nconnection: upgrade\r\n\r\n";
  const version = Buffer.from([0, 0, 0, 5, 2, 0, 0, 0, 3]);

  test.each<readonly [string, (socket: Duplex) => void]>([
    ["tells an impossible size", (socket) => socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))],
    ["sends an empty packet", (socket) => socket.write(Buffer.alloc(4))],
    ["answers what nobody asked", (socket) => socket.write(Buffer.from([0, 0, 0, 5, 101, 0, 0, 0, 77]))],
    ["closes", (socket) => socket.end()],
    ["answers in the middle of a field", (socket) => socket.write(Buffer.from([0, 0, 0, 7, 105, 0, 0, 0, 1, 0, 0]))],
    ["answers with another type", (socket) => socket.write(Buffer.from([0, 0, 0, 5, 103, 0, 0, 0, 1]))],
  ])("%s is an error", async (_title, misbehave) => {
    await using server = await startScriptedServer({
      onUpgrade(_request, socket) {
        socket.write(greeting);
        socket.once("data", () => {
          socket.write(version);
          socket.once("data", () => {
            misbehave(socket);
          });
        });
        return true;
      },
    });
    await expect(server.client.instances.files.pullTree("c1", "/data", join(folder, "in"))).rejects.toMatchObject({
      code: "SFTP_BROKEN",
    });
  });

  test("never answers ends with the signal", async () => {
    await using server = await startScriptedServer({
      onUpgrade(_request, socket) {
        socket.write(greeting);
        return true;
      },
    });
    const reason = new Error("enough");
    const controller = new AbortController();
    const { signal } = controller;
    const setting = server.client.instances.files.setAttributes("c1", "/f", { mode: 0o600 }, { signal });
    await expect.poll(() => server.requests).toContain("GET /1.0/instances/c1/sftp");
    controller.abort(reason);
    await expect(setting).rejects.toBe(reason);
  });
});
