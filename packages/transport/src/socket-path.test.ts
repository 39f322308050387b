import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findSocket, requireSocket, socketCandidates } from "./socket-path.ts";

const snap = "/var/snap/lxd/common/lxd/unix.socket";
const debian = "/var/lib/lxd/unix.socket";

test.each([
  [{ LXD_DIR: "foobar" }, () => true, "foobar/unix.socket"],
  [{ LXD_DIR: "a//b/" }, () => true, "a/b/unix.socket"],
  [{ LXD_DIR: "" }, () => true, snap],
  [{}, (path: string) => path === debian, debian],
  [{}, () => false, undefined],
  [{ LXD_DIR: "/x" }, (path: string) => path === snap, snap],
  [{ INCUS_DIR: "/i", LXD_SOCKET: "/l/s" }, () => true, "/l/s"],
  [{ INCUS_DIR: "/i", INCUS_SOCKET: "/s" }, () => true, "/i/unix.socket"],
  [{ INCUS_SOCKET: "/s" }, (path: string) => path === "/s", "/s"],
])("%j gives %s", (environment, isSocket, expected) => {
  expect(findSocket({ environment, isSocket })).toBe(expected);
});

test("a path that is named twice is tried once", () => {
  const candidates = socketCandidates({ environment: { LXD_DIR: "/var/lib/lxd" } });
  expect(candidates.filter((path) => path === debian)).toHaveLength(1);
  expect(candidates[0]).toBe(debian);
});

test("no socket: the error names every path that was tried and the way out", () => {
  expect(() => requireSocket({ environment: { LXD_DIR: "/a", INCUS_SOCKET: "/b" }, isSocket: () => false })).toThrow(
    expect.objectContaining({
      code: "SOCKET_NOT_FOUND",
      message: expect.stringMatching(/\/a\/unix\.socket, \/b, .*\/var\/lib\/incus\/unix\.socket\.user$/),
      hint: expect.stringContaining("LXD_SOCKET"),
    }),
  );
});

test("a file is not taken for a socket, a socket is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-socket-"));
  await writeFile(join(folder, "unix.socket"), "");
  const real = join(folder, "real");
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(real, resolve);
  });
  try {
    expect(findSocket({ environment: { LXD_DIR: folder, INCUS_SOCKET: real } })).toBe(real);
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
