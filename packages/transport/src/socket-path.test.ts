import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findSocket, requireSocket, socketCandidates } from "./socket-path.ts";

const snap = "/var/snap/lxd/common/lxd/unix.socket";
const debian = "/var/lib/lxd/unix.socket";

// The numbers are those of the cases of connections.
test.each([
  [1, { LXD_DIR: "foobar" }, () => true, "foobar/unix.socket"],
  [2, { LXD_DIR: "" }, () => true, snap],
  [3, { LXD_DIR: "" }, (path: string) => path === debian, debian],
  // The original gives an empty text.
  [4, { LXD_DIR: "" }, () => false, undefined],
  [5, { LXD_DIR: "/x" }, (path: string) => path === snap, snap],
])("row %i: %j gives a socket", (_row, environment, isSocket, expected) => {
  expect(findSocket({ environment, isSocket })).toBe(expected);
});

test.each([
  [{ LXD_DIR: "a//b/" }, () => true, "a/b/unix.socket"],
  [{}, (path: string) => path === debian, debian],
  [{ INCUS_DIR: "/i", LXD_SOCKET: "/l/s" }, () => true, "/l/s"],
  [{ INCUS_DIR: "/i", INCUS_SOCKET: "/s" }, () => true, "/i/unix.socket"],
  [{ INCUS_SOCKET: "/s" }, (path: string) => path === "/s", "/s"],
])("%j gives %s", (environment, isSocket, expected) => {
  expect(findSocket({ environment, isSocket })).toBe(expected);
});

test("one family can be looked for alone", () => {
  const environment = { LXD_DIR: "/l", INCUS_DIR: "/i" };
  const isSocket = (): boolean => true;
  expect(findSocket({ environment, isSocket, flavour: "lxd" })).toBe("/l/unix.socket");
  expect(findSocket({ environment, isSocket, flavour: "incus" })).toBe("/i/unix.socket");
  expect(socketCandidates({ environment: {}, flavour: "lxd" })).toEqual([snap, debian]);
  const incus = socketCandidates({ environment: {}, flavour: "incus" });
  expect(incus.every((path) => path.includes("/incus/"))).toBe(true);
  expect(socketCandidates({ environment: {} })).toEqual([snap, debian, ...incus]);
  expect(() => requireSocket({ environment: {}, isSocket: () => false, flavour: "incus" })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^no Incus server found on this machine; tried \/run/) }),
  );
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
