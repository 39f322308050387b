import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { PublishedImage } from "./published-image.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./simplestreams-host.ts";

const tiny: PublishedImage = {
  aliases: ["tiny"],
  os: "busybox",
  release: "tiny",
  architecture: "amd64",
  serial: "20261101",
  metadata: Buffer.from("meta"),
  rootfs: Buffer.from("root file system"),
  rootfsType: "squashfs",
};

interface Answer {
  readonly status: number;
  readonly length: string | undefined;
  readonly body: Buffer;
}

function ask(host: SimplestreamsHost, path: string, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(new URL(path, host.url), { method, ca: host.certificate, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const length = response.headers["content-length"];
        resolve({ status: response.statusCode ?? 0, length, body: Buffer.concat(chunks) });
      });
    })
      .on("error", reject)
      .end();
  });
}

function sha256(...parts: Buffer[]): string {
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

test("a reader finds index, products file and payload over verified HTTPS", async () => {
  await using host = await startSimplestreamsHost({ images: [tiny] });
  const index = JSON.parse(String((await ask(host, "/streams/v1/index.json")).body));
  const file = JSON.parse(String((await ask(host, `/${index.index.images.path}`)).body));
  const { items } = file.products["busybox:tiny:amd64:default"].versions["20261101"];
  expect(items["lxd.tar.xz"].combined_squashfs_sha256).toBe(sha256(tiny.metadata as Buffer, tiny.rootfs as Buffer));
  expect(items["incus.tar.xz"].sha256).toBe(sha256(tiny.metadata as Buffer));
  const root = await ask(host, `/${items.squashfs.path}`);
  expect(sha256(root.body)).toBe(items.squashfs.sha256);
  expect(root.body.length).toBe(items.squashfs.size);
  expect(host.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /streams/v1/index.json",
    "GET /streams/v1/images.json",
    "GET /images/busybox/tiny/amd64/20261101/rootfs.squashfs",
  ]);
});

test("files are served from disk and an image published later is listed at once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "simplestreams-host-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const rootfs = join(folder, "rootfs");
  await writeFile(rootfs, Buffer.alloc(300_000, "x"));
  await using host = await startSimplestreamsHost();
  expect((await ask(host, "/images/busybox/tiny/amd64/20261101/rootfs.squashfs")).status).toBe(404);
  const described = await host.publish({ ...tiny, rootfs });
  expect(described).toMatchObject({ rootfs: { sizeBytes: 300_000 } });
  expect((await ask(host, `/${described.rootfs?.path ?? ""}`)).body.length).toBe(300_000);
  expect(String((await ask(host, "/streams/v1/images.json")).body)).toContain('"20261101"');
});

test("HEAD gives the length only, unknown paths 404, other methods 405", async () => {
  await using host = await startSimplestreamsHost({ images: [tiny] });
  const head = await ask(host, "/images/busybox/tiny/amd64/20261101/lxd.tar.xz", "HEAD");
  expect(head).toEqual({ status: 200, length: "4", body: Buffer.alloc(0) });
  expect((await ask(host, "/streams/v2/index.json")).status).toBe(404);
  expect((await ask(host, "/streams/v1/index.json", "DELETE")).status).toBe(405);
});

test("a file that does not exist is refused when it is published", async () => {
  await using host = await startSimplestreamsHost();
  await expect(host.publish({ ...tiny, rootfs: "/does/not/exist" })).rejects.toMatchObject({ code: "ENOENT" });
});

test("closing ends open connections and may be repeated", async () => {
  const host = await startSimplestreamsHost();
  await host.close();
  await host.close();
  await expect(ask(host, "/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
