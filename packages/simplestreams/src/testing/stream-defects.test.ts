import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { expect, test } from "vitest";
import { findStreamImage } from "../find-stream-image.ts";
import type { PublishedImage } from "./published-image.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./simplestreams-host.ts";

const image = {
  aliases: ["jammy"],
  os: "ubuntu",
  release: "jammy",
  architecture: "amd64",
  serial: "20261101",
  metadata: Buffer.from("meta"),
  rootfs: Buffer.from("root file system"),
  disk: Buffer.from("disk of a virtual machine"),
} satisfies PublishedImage;

const folder = "/images/ubuntu/jammy/amd64/20261101";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the connection broke before the end. */
  readonly isBroken: boolean;
}

function ask(host: SimplestreamsHost, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(new URL(path, host.url), { ca: host.certificate, agent: false, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", () => undefined);
      response.on("close", () => {
        const { statusCode: status = 0, complete } = response;
        resolve({ status, headers: response.headers, body: Buffer.concat(chunks), isBroken: !complete });
      });
    })
      .on("error", reject)
      .end();
  });
}

const find = (host: SimplestreamsHost, alias: string, type: "container" | "virtual-machine" = "container") =>
  findStreamImage(host.url, alias, { flavour: "lxd", type, ca: host.certificate });

function sha256(...parts: readonly Buffer[]): string {
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

test("containers and virtual machines are found under one alias, each with its own fingerprint", async () => {
  await using host = await startSimplestreamsHost({ images: [image] });
  const { metadata, rootfs, disk } = image;
  expect(await find(host, "jammy")).toMatchObject({ type: "container", fingerprint: sha256(metadata, rootfs) });
  const machine = await find(host, "jammy", "virtual-machine");
  expect(machine).toMatchObject({ type: "virtual-machine", fingerprint: sha256(metadata, disk) });
  expect((await ask(host, `/${machine.files[1]?.path ?? ""}`)).body).toEqual(disk);
});

test("an image may be for virtual machines alone", async () => {
  const { rootfs: _, ...machine } = image;
  await using host = await startSimplestreamsHost({ images: [machine] });
  expect(await find(host, "jammy", "virtual-machine")).toMatchObject({ serial: "20261101" });
  await expect(find(host, "jammy")).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});

test("the newest of several versions is found, and the next one when it is taken away", async () => {
  await using host = await startSimplestreamsHost({ images: [image] });
  const newer = { ...image, serial: "20261102", rootfs: Buffer.from("newer") };
  await host.publish(newer);
  expect(await find(host, "jammy")).toMatchObject({ serial: "20261102" });
  await host.unpublish(newer);
  expect(await find(host, "jammy")).toMatchObject({ serial: "20261101" });
  expect((await ask(host, "/images/ubuntu/jammy/amd64/20261102/rootfs.squashfs")).status).toBe(404);
});

test("variants are products of their own, as tarballs of the root file system are items of their own", async () => {
  const cloud: PublishedImage = { ...image, aliases: ["jammy/cloud"], variant: "cloud", rootfsType: "root.tar.xz" };
  await using host = await startSimplestreamsHost({ images: [image, cloud] });
  expect(await find(host, "jammy/cloud")).toMatchObject({ variant: "cloud", files: [{}, { ftype: "root.tar.xz" }] });
  expect(await find(host, "jammy")).toMatchObject({ variant: "", files: [{}, { ftype: "squashfs" }] });
});

test("a stream that is stale still offers what is gone", async () => {
  await using host = await startSimplestreamsHost({ images: [image] });
  await host.setStale(true);
  await host.unpublish(image);
  const found = await find(host, "jammy");
  expect((await ask(host, `/${found.files[1]?.path ?? ""}`)).status).toBe(404);
  await host.setStale(false);
  await expect(find(host, "jammy")).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
});

test("a stream may claim sizes and hashes that are wrong", async () => {
  const claims = { sizeBytes: 1, sha256: "0".repeat(64), combinedSha256: "1".repeat(64) };
  await using host = await startSimplestreamsHost({ images: [{ ...image, claims }] });
  const found = await find(host, "jammy");
  expect(found).toMatchObject({ fingerprint: "1".repeat(64), files: [{}, { sizeBytes: 1, sha256: "0".repeat(64) }] });
  expect((await ask(host, `${folder}/rootfs.squashfs`)).body).toEqual(image.rootfs);
  // The other image of the version is honest.
  expect(await find(host, "jammy", "virtual-machine")).toMatchObject({
    fingerprint: sha256(image.metadata, image.disk),
  });
});

test("an index that is missing, and one that is no JSON", async () => {
  await using host = await startSimplestreamsHost({ images: [image] });
  const planted = host.spoil("/streams/v1/index.json", { kind: "status", status: 404 });
  await expect(find(host, "jammy")).rejects.toMatchObject({ code: "STREAM_UNAVAILABLE" });
  planted.remove();
  host.spoil(/index\.json$/g, { kind: "truncated" }, { times: 1 });
  await expect(find(host, "jammy")).rejects.toMatchObject({ code: "BAD_STREAM" });
  expect(await find(host, "jammy")).toMatchObject({ serial: "20261101" });
  expect(planted.hits).toBe(1);
});

test("files that are truncated, cut or altered", async () => {
  await using host = await startSimplestreamsHost({ images: [image] });
  const path = `${folder}/rootfs.squashfs`;
  const answers: [number, boolean, number, boolean][] = [];
  for (const kind of ["truncated", "cut", "altered"] as const) {
    host.spoil(path, { kind }, { times: 1 });
    const { status, isBroken, body } = await ask(host, path);
    answers.push([status, isBroken, body.length, body.equals(image.rootfs.subarray(0, body.length))]);
  }
  expect(answers).toEqual([
    [200, false, 8, true],
    [200, true, 8, true],
    [200, false, 16, false],
  ]);
  expect((await ask(host, path)).body).toEqual(image.rootfs);
});

test("a slow answer waits before it begins and between its pieces", async () => {
  const slept: number[] = [];
  const sleep = (ms: number): Promise<void> => {
    slept.push(ms);
    return Promise.resolve();
  };
  await using host = await startSimplestreamsHost({ images: [image], sleep });
  host.spoil(/rootfs/, { kind: "slow", waitMs: 300, bytesPerSecond: 80 });
  expect((await ask(host, `${folder}/rootfs.squashfs`)).body).toEqual(image.rootfs);
  // Twenty pieces a second of four bytes each.
  expect(slept).toEqual([300, 50, 50, 50]);
});

test("parts of a file are served, and refused where there are none", async () => {
  await using host = await startSimplestreamsHost({ images: [image] });
  const path = `${folder}/rootfs.squashfs`;
  const { headers } = await ask(host, path);
  expect(headers["accept-ranges"]).toBe("bytes");
  const part = async (range: string, more = {}): Promise<[number, string | undefined, string]> => {
    const answer = await ask(host, path, { Range: range, ...more });
    return [answer.status, answer.headers["content-range"], String(answer.body)];
  };
  expect(await part("bytes=0-3")).toEqual([206, "bytes 0-3/16", "root"]);
  expect(await part("bytes=10-")).toEqual([206, "bytes 10-15/16", "system"]);
  expect(await part("bytes=-6")).toEqual([206, "bytes 10-15/16", "system"]);
  expect(await part("bytes=10-99")).toEqual([206, "bytes 10-15/16", "system"]);
  expect(await part("bytes=16-")).toEqual([416, "bytes */16", ""]);
  expect(await part("lines=1-2")).toEqual([200, undefined, "root file system"]);
  expect(await part("bytes=0-3", { "If-Range": headers.etag })).toEqual([206, "bytes 0-3/16", "root"]);
  expect(await part("bytes=0-3", { "If-Range": '"other"' })).toEqual([200, undefined, "root file system"]);
});

test("what did not change is not sent again", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using host = await startSimplestreamsHost({ images: [image], now: () => now });
  const path = "/streams/v1/images.json";
  const first = await ask(host, path);
  expect(first.headers["last-modified"]).toBe("Thu, 01 Jan 2026 00:00:00 GMT");
  const known = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await ask(host, path, headers)).status;
  const tag = first.headers.etag ?? "";
  const since = first.headers["last-modified"] ?? "";
  expect(await known({ "If-None-Match": `"other", W/${tag}` })).toBe(304);
  expect(await known({ "If-None-Match": '"other"', "If-Modified-Since": since })).toBe(200);
  expect(await known({ "If-Modified-Since": since })).toBe(304);
  now += 60_000;
  await host.publish(image);
  expect(await known({ "If-Modified-Since": since })).toBe(304);
  await host.publish({ ...image, serial: "20261102" });
  expect(await known({ "If-Modified-Since": since })).toBe(200);
  expect(await known({ "If-None-Match": tag })).toBe(200);
  expect(host.requests.map(({ status }) => status)).toEqual([200, 304, 200, 304, 304, 200, 200]);
  expect(host.requests[1]?.headers["if-none-match"]).toContain(tag);
});
