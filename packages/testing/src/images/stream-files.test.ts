import { createHash } from "node:crypto";
import { startSimplestreamsHost, type StreamDefect } from "@lxdkit/simplestreams/testing";
import type { Operation } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { get, operationEnd, send } from "../contract/raw-http.ts";
import { startFakeServer } from "../fake-server.ts";

const [metadata, rootfs, disk] = [Buffer.from("metadata"), Buffer.from("root file system"), Buffer.from("disk")];
const image = {
  ...{ aliases: ["jammy"], os: "ubuntu", release: "jammy", architecture: "amd64", serial: "20261101" },
  ...{ metadata, rootfs, disk },
};
const path = "images/ubuntu/jammy/amd64/20261101/rootfs.squashfs";

function sha256(...parts: readonly Buffer[]): string {
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

interface Pull {
  readonly type?: "container" | "virtual-machine";
  readonly defect?: StreamDefect;
  readonly claims?: { readonly sizeBytes?: number; readonly sha256?: string; readonly combinedSha256?: string };
}

/** Pulls the image from a host with that defect; gives the end of the operation with what the store has then. */
async function pull(
  flavour: "lxd" | "incus",
  { type = "container", defect, claims = {} }: Pull,
): Promise<{ readonly operation: Operation; readonly url: string; readonly images: unknown }> {
  await using host = await startSimplestreamsHost({ images: [{ ...image, claims }] });
  if (defect !== undefined) host.spoil(/rootfs/, defect);
  await using fake = await startFakeServer({ flavour, imageServerCa: host.certificate });
  const target = { flavour, socketPath: fake.socketPath, imageAlias: "none" };
  const source = { type: "image", mode: "pull", server: host.url, protocol: "simplestreams", alias: "jammy" };
  const answer = await send(target, "POST", "/1.0/images", { body: { source: { ...source, image_type: type } } });
  const operation = await operationEnd(target, answer);
  return { operation, url: `${host.url}/${path}`, images: (await get(target, "/1.0/images")).metadata };
}

// Each of these was measured on LXD 5.0.2 and Incus 6.0.4.
describe.each(["lxd", "incus"] as const)("a pull of the fake %s", (flavour) => {
  test.each([
    ["container", sha256(metadata, rootfs)],
    ["virtual-machine", sha256(metadata, disk)],
  ] as const)("gives the image of a %s its own fingerprint", async (type, fingerprint) => {
    const { operation, images } = await pull(flavour, { type });
    expect([operation.err, images]).toEqual(["", [`/1.0/images/${fingerprint}`]]);
  });

  test("does not look at the size that the stream claims", async () => {
    expect((await pull(flavour, { claims: { sizeBytes: 5 } })).operation).toMatchObject({ status: "Success" });
  });

  const missing = flavour === "lxd" ? "404 Not Found" : "resource not found";
  test.each<[string, Pull, (url: string) => string]>([
    [
      "bytes are other ones",
      { defect: { kind: "altered" } },
      (url) => `Hash mismatch for ${url}: ${sha256(rootfs.map((byte) => byte ^ 0xff) as Buffer)} != ${sha256(rootfs)}`,
    ],
    [
      "a file is too short",
      { defect: { kind: "truncated" } },
      (url) => `Hash mismatch for ${url}: ${sha256(rootfs.subarray(0, 8))} != ${sha256(rootfs)}`,
    ],
    ["the connection breaks", { defect: { kind: "cut" } }, () => "unexpected EOF"],
    ["a file is missing", { defect: { kind: "status", status: 404 } }, (url) => `Unable to fetch ${url}: ${missing}`],
    [
      "the stream claims another hash",
      { claims: { sha256: "1".repeat(64) } },
      (url) => `Hash mismatch for ${url}: ${sha256(rootfs)} != ${"1".repeat(64)}`,
    ],
    [
      "the stream claims another fingerprint",
      { claims: { combinedSha256: "0".repeat(64) } },
      () => `Image fingerprint doesn't match. Got ${sha256(metadata, rootfs)} expected ${"0".repeat(64)}`,
    ],
  ])("fails when %s", async (_, broken, err) => {
    const { operation, url, images } = await pull(flavour, broken);
    expect([operation.status, operation.err, images]).toEqual(["Failure", err(url), []]);
  });
});
