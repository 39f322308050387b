import { link, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateClientCertificate } from "@lxdkit/certificates";
import { startFakeServer, withCertificate } from "@lxdkit/testing";
import { cloudImagesRemote, newServerSpec } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { maybeOpenLocalServer, openLocalServer } from "./open-local-server.ts";
import { openRemoteServer } from "./open-remote-server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("the local server is found by the environment that is given, and read once", async () => {
    await using fake = await startFakeServer({ flavour });
    const environment = { [flavour === "lxd" ? "LXD_DIR" : "INCUS_DIR"]: fake.directory };
    for (const open of [openLocalServer, maybeOpenLocalServer]) {
      const seen = fake.requests.length;
      await using server = await open({ environment });
      expect(server).toMatchObject({ flavour });
      expect(fake.requests.slice(seen).map(({ path }) => path)).toEqual(["/1.0"]);
    }
  });

  test("a remote one is opened by its certificate and ours, with a single request", async () => {
    const certificate = await generateClientCertificate();
    const trusted = withCertificate({ certificate: certificate.certificatePem });
    await using fake = await startFakeServer({ flavour, https: true, setup: [trusted] });
    const spec = newServerSpec(fake.httpsUrl ?? "", await fake.certificate(), certificate);
    await using server = await openRemoteServer(spec, { project: "default" });
    expect(server).toMatchObject({ flavour, info: { auth: "trusted" } });
    expect(fake.requests.map(({ path }) => path)).toEqual(["/1.0"]);
  });
});

test("without a socket: an error that names every path, or nothing", async () => {
  const options = { environment: { LXD_DIR: "/nowhere" }, isSocket: () => false };
  await expect(openLocalServer(options)).rejects.toMatchObject({
    code: "SOCKET_NOT_FOUND",
    message: expect.stringContaining("/nowhere/unix.socket"),
  });
  expect(await maybeOpenLocalServer(options)).toBeUndefined();
});

test("a socket that was removed since it was found is none", async () => {
  let looks = 0;
  const isSocket = (path: string): boolean => path === "/nowhere/unix.socket" && ++looks === 1;
  expect(await maybeOpenLocalServer({ environment: { LXD_DIR: "/nowhere" }, isSocket })).toBeUndefined();
  expect(looks).toBe(2);
});

// Row 1 of the cases of the server object.
test("a server that is there and fails is an error", async () => {
  await using fake = await startFakeServer();
  fake.failRequest({ path: "/1.0", every: 1, status: 500, error: "database is locked" });
  const environment = { LXD_DIR: fake.directory };
  await expect(maybeOpenLocalServer({ environment })).rejects.toMatchObject({ code: "SERVER_ERROR" });
});

test("so is a socket that a dead server left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-open-"));
  try {
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(join(folder, "unix.socket"), resolve));
    // Node removes the socket when it closes the server; the other name stays.
    await link(join(folder, "unix.socket"), join(folder, "kept"));
    await new Promise((resolve) => left.close(resolve));
    const environment = { LXD_SOCKET: join(folder, "kept") };
    await expect(maybeOpenLocalServer({ environment })).rejects.toMatchObject({ code: "SOCKET_REFUSED" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an image server is none that can be opened", async () => {
  await expect(openRemoteServer(cloudImagesRemote)).rejects.toMatchObject({ code: "BAD_PROTOCOL" });
});
