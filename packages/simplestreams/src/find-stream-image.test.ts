import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { expect, test } from "vitest";
import { findStreamImage } from "./find-stream-image.ts";
import { startSimplestreamsHost } from "./testing/index.ts";

const jammy = {
  aliases: ["jammy", "22.04"],
  os: "ubuntu",
  release: "jammy",
  architecture: "amd64",
  serial: "20261101",
  metadata: Buffer.from("metadata"),
  rootfs: Buffer.from("rootfs"),
  rootfsType: "squashfs",
} as const;

test("finds the newest image of an alias for either family", async () => {
  await using host = await startSimplestreamsHost({ images: [{ ...jammy, serial: "20261001" }] });
  const newest = await host.publish({ ...jammy, rootfs: Buffer.from("newer") });
  const options = { ca: host.certificate };
  for (const flavour of ["lxd", "incus"] as const) {
    const found = await findStreamImage(host.url, "jammy", { ...options, flavour });
    expect(found).toMatchObject({ fingerprint: newest.combinedSha256, serial: "20261101", architecture: "x86_64" });
  }
  expect(await findStreamImage(`${host.url}/`, "22.04/amd64", options)).toMatchObject({ serial: "20261101" });
});

test("an alias that is not there: the error names the nearest ones", async () => {
  await using host = await startSimplestreamsHost({ images: [jammy] });
  await expect(findStreamImage(host.url, "jamy", { ca: host.certificate })).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    address: host.url,
    candidates: ["jammy", "22.04"],
    hint: "Nearest aliases there: jammy, 22.04.",
  });
});

test("nothing for the architecture: the error says so", async () => {
  await using host = await startSimplestreamsHost({ images: [jammy] });
  const options = { ca: host.certificate, architectures: ["aarch64"] };
  await expect(findStreamImage(host.url, "jammy", options)).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    candidates: [],
    hint: expect.stringContaining("aarch64"),
  });
});

test("a host with a certificate of its own authority is not trusted unless told", async () => {
  await using host = await startSimplestreamsHost({ images: [jammy] });
  await expect(findStreamImage(host.url, "jammy")).rejects.toMatchObject({
    code: "STREAM_UNTRUSTED",
    hint: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
  });
  expect(host.requests).toEqual([]);
});

test("a host that nobody answers at is unreachable", async () => {
  const host = await startSimplestreamsHost();
  await host.close();
  await expect(findStreamImage(host.url, "jammy")).rejects.toMatchObject({
    code: "STREAM_UNREACHABLE",
    address: `${host.url}/streams/v1/index.json`,
  });
});

test.each(["", "jammy", "ftp://x", "http://127.0.0.1/", "https://user:secret@127.0.0.1/"])(
  "%j is refused before any request, without telling a password",
  async (url) => {
    const error = (await findStreamImage(url, "jammy").catch((caught: unknown) => caught)) as Error;
    expect(error).toMatchObject({ code: "BAD_STREAM_URL" });
    expect(error.message).not.toContain("secret");
  },
);

test("what a stream serves instead of its index is told apart", async () => {
  const pair = await createSelfSignedCertificate({ usage: "server", commonName: "s", ipAddresses: ["127.0.0.1"] });
  let body = "";
  let status = 200;
  const https = createServer({ cert: pair.certificate, key: pair.key }, (_request, response) => {
    response.statusCode = status;
    response.end(body);
  });
  await new Promise<void>((resolve) => {
    https.listen(0, "127.0.0.1", resolve);
  });
  const url = `https://127.0.0.1:${String((https.address() as AddressInfo).port)}`;
  const attempt = (): Promise<unknown> =>
    findStreamImage(url, "x", { ca: pair.certificate }).catch((caught: unknown) => caught);
  try {
    body = "<html>";
    expect(await attempt()).toMatchObject({ code: "BAD_STREAM" });
    body = '{"index":[]}';
    expect(await attempt()).toMatchObject({ code: "BAD_STREAM", message: expect.stringContaining("index") });
    body = '{"index":{"x":{"datatype":"image-ids","path":"p","products":["a"]}}}';
    expect(await attempt()).toMatchObject({ code: "IMAGE_NOT_FOUND", candidates: [] });
    status = 404;
    expect(await attempt()).toMatchObject({ code: "STREAM_UNAVAILABLE" });
  } finally {
    https.closeAllConnections();
    https.close();
  }
});

test("an abort rejects with the signal's own reason", async () => {
  await using host = await startSimplestreamsHost({ images: [jammy] });
  const reason = new Error("enough");
  const options = { ca: host.certificate, signal: AbortSignal.abort(reason) };
  await expect(findStreamImage(host.url, "jammy", options)).rejects.toBe(reason);
});
