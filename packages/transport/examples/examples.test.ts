import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFingerprint, createCertificateFolder, createSelfSignedCertificate } from "@lxdkit/certificates";
import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { main as connectOverHttps } from "./connect-over-https.ts";
import { main as readServer } from "./read-server.ts";

test("read-server", async () => {
  await using fake = await startFakeServer();
  expect(await readServer({ LXD_SOCKET: fake.socketPath })).toMatchObject({ server: { api_version: "1.0" } });
});

test("connect-over-https", async () => {
  const { certificate, key } = await createSelfSignedCertificate({ usage: "server", commonName: "s" });
  const server = createServer({ cert: certificate, key }, (_request, response) => {
    response.end(JSON.stringify({ type: "sync", metadata: "hello" }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const home = await mkdtemp(join(tmpdir(), "lxdkit-example-"));
  try {
    const folder = join(home, ".config/incus");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "config.yml"), `remotes: {shop: {addr: "https://${address}", project: till}}\n`);
    await createCertificateFolder(folder).ensureKeyPair();
    const serverFingerprint = certificateFingerprint(certificate);
    expect(await connectOverHttps({ address, serverFingerprint, environment: { HOME: home } })).toEqual([
      "hello",
      serverFingerprint,
      expect.stringContaining("BEGIN CERTIFICATE"),
      `https://${address}`,
      "till",
    ]);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(home, { recursive: true });
  }
});
