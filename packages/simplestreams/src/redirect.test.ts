import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { afterEach, beforeEach, expect, test } from "vitest";
import { downloadStreamImage } from "./download-image.ts";
import { findStreamImage } from "./find-stream-image.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./testing/index.ts";
import { jammy } from "./testing/jammy-image.ts";

let mirror: SimplestreamsHost;
let front: ReturnType<typeof createServer>;
let ca: string;
let url: string;
/** Where the front refers to. */
let target: (path: string) => string;

beforeEach(async () => {
  mirror = await startSimplestreamsHost({ images: [jammy] });
  const pair = await createSelfSignedCertificate({ usage: "server", commonName: "f", ipAddresses: ["127.0.0.1"] });
  front = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    response.writeHead(302, { location: target(request.url ?? "") }).end("elsewhere");
  });
  await new Promise<void>((resolve) => {
    front.listen(0, "127.0.0.1", resolve);
  });
  url = `https://127.0.0.1:${String((front.address() as AddressInfo).port)}`;
  ca = pair.certificate + mirror.certificate;
  target = (path) => mirror.url + path;
});
afterEach(async () => {
  front.closeAllConnections();
  front.close();
  await mirror.close();
});

test("documents and files come from where the server refers to", async () => {
  const image = await findStreamImage(url, "jammy", { ca });
  const directory = await mkdtemp(join(tmpdir(), "lxdkit-redirect-"));
  try {
    const { paths } = await downloadStreamImage(url, image, { directory, ca });
    expect(await readFile(paths[1] ?? "")).toEqual(jammy.rootfs);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test.each([
  ["to plain http", () => "http://127.0.0.1:1/"],
  ["in circles", (path: string) => path],
  ["to nowhere", () => "https://:0:0"],
])("a server that refers %s is not followed", async (_, to) => {
  target = to;
  await expect(findStreamImage(url, "jammy", { ca })).rejects.toMatchObject({
    code: "STREAM_UNAVAILABLE",
    status: 302,
  });
});

test("a host that is not trusted is not believed, whoever refers to it", async () => {
  const own = ca.slice(0, ca.indexOf("-----END CERTIFICATE-----") + 26);
  await expect(findStreamImage(url, "jammy", { ca: own })).rejects.toMatchObject({ code: "STREAM_UNTRUSTED" });
});
