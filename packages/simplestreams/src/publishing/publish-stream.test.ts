import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { streamIndexSchema, streamProductsSchema } from "../stream-document.ts";
import { streamImages } from "../stream-image.ts";
import { publishStream } from "./publish-stream.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "lxdkit-publish-"));
  await mkdir(join(root, "images"));
});
afterEach(() => rm(root, { recursive: true }));

async function put(...files: readonly (readonly [path: string, content: string])[]): Promise<void> {
  for (const [path, content] of files) {
    await mkdir(dirname(join(root, "images", path)), { recursive: true });
    await writeFile(join(root, "images", path), content);
  }
}

const sha256 = (...parts: readonly string[]): string => createHash("sha256").update(parts.join("")).digest("hex");
const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(join(root, path), "utf8"));
const imagesFor = async (flavour: "lxd" | "incus") =>
  streamImages(streamProductsSchema.parse(await read("streams/v1/images.json")), flavour);

const jammy = "ubuntu/jammy/amd64/default/20261101";

test("a split image becomes one image for each file that goes with its metadata, for both families", async () => {
  await put(
    [`${jammy}/lxd.tar.xz`, "metadata"],
    [`${jammy}/rootfs.squashfs`, "squashfs"],
    [`${jammy}/rootfs.tar.xz`, "tar"],
    [`${jammy}/disk.qcow2`, "disk"],
  );
  expect(await publishStream(root)).toEqual({
    products: ["ubuntu:jammy:amd64:default"],
    versionCount: 1,
    skipped: [],
  });
  for (const flavour of ["lxd", "incus"] as const) {
    const images = await imagesFor(flavour);
    expect(images.map(({ type, fingerprint }) => [type, fingerprint])).toEqual([
      ["container", sha256("metadata", "squashfs")],
      ["container", sha256("metadata", "tar")],
      ["virtual-machine", sha256("metadata", "disk")],
    ]);
    expect(images[0]).toMatchObject({
      aliases: ["ubuntu/jammy", "ubuntu/jammy/default"],
      serial: "20261101",
      architecture: "x86_64",
      files: [
        { path: `images/${jammy}/lxd.tar.xz`, sizeBytes: 8, sha256: sha256("metadata") },
        { path: `images/${jammy}/rootfs.squashfs`, sizeBytes: 8, sha256: sha256("squashfs") },
      ],
    });
  }
  const { index } = streamIndexSchema.parse(await read("streams/v1/index.json"));
  expect(index).toMatchObject({
    images: {
      datatype: "image-downloads",
      path: "streams/v1/images.json",
      products: ["ubuntu:jammy:amd64:default"],
    },
  });
});

test("each family gets metadata of its own where there is some, and fingerprints that go with it", async () => {
  await put(
    [`${jammy}/lxd.tar.xz`, "for lxd"],
    [`${jammy}/incus.tar.xz`, "for incus"],
    [`${jammy}/root.squashfs`, "root"],
  );
  await publishStream(root);
  expect((await imagesFor("lxd")).map(({ fingerprint }) => fingerprint)).toEqual([sha256("for lxd", "root")]);
  expect((await imagesFor("incus")).map(({ fingerprint }) => fingerprint)).toEqual([sha256("for incus", "root")]);
});

test("one family alone", async () => {
  await put([`${jammy}/meta.tar.xz`, "metadata"], [`${jammy}/rootfs.squashfs`, "root"]);
  await publishStream(root, { flavours: ["incus"] });
  expect(await imagesFor("lxd")).toEqual([]);
  expect(await imagesFor("incus")).toHaveLength(1);
});

test("an image in one file has the fingerprint of that file", async () => {
  await put([`${jammy}/lxd_combined.tar.gz`, "all"], [`${jammy}/incus_combined.tar.gz`, "all of it"]);
  await publishStream(root);
  expect(await imagesFor("lxd")).toMatchObject([{ fingerprint: sha256("all"), properties: { type: "tar.gz" } }]);
  expect(await imagesFor("incus")).toMatchObject([{ fingerprint: sha256("all of it") }]);
});

test("versions of one product, and what is noted of it", async () => {
  const cloud = "ubuntu/jammy/arm64/cloud";
  await put(
    [`${cloud}/20261001/incus.tar.xz`, "m1"],
    [`${cloud}/20261001/rootfs.squashfs`, "r1"],
    [`${cloud}/20261101_0742/incus.tar.xz`, "m2"],
    [`${cloud}/20261101_0742/rootfs.squashfs`, "r2"],
    [
      `${cloud}/image.json`,
      JSON.stringify({
        aliases: ["jammy", "22.04"],
        releaseTitle: "22.04 LTS",
        version: "22.04",
        supportEol: "2027-06-01",
        requirements: { secureboot: "false" },
      }),
    ],
    ["debian/12/amd64/cloud/20261101/incus.tar.xz", "m3"],
    ["debian/12/amd64/cloud/20261101/rootfs.squashfs", "r3"],
  );
  expect(await publishStream(root)).toMatchObject({ versionCount: 3, skipped: [] });
  const [debian, newer, older] = await imagesFor("lxd");
  expect(debian?.aliases).toEqual(["debian/12/cloud"]);
  expect([newer?.serial, older?.serial]).toEqual(["20261101_0742", "20261001"]);
  expect(newer).toMatchObject({
    aliases: ["jammy", "22.04"],
    architecture: "aarch64",
    expiresAt: "2027-06-01T00:00:00Z",
    properties: { version: "22.04", "requirements.secureboot": "false" },
    description: "ubuntu 22.04 LTS arm64 (20261101_0742)",
  });
});

test("what is no image is told and left out", async () => {
  await put(
    [`${jammy}/rootfs.squashfs`, "without metadata"],
    ["ubuntu/jammy/amd64/default/20261102/lxd.tar.xz", "metadata alone"],
    ["ubuntu/jammy/amd64/default/newest/lxd.tar.xz", "m"],
    ["ubuntu/jammy/z80/default/20261101/lxd.tar.xz", "m"],
    ["ubuntu/with blank/amd64/default/20261101/lxd.tar.xz", "m"],
    ["ubuntu/noble/amd64/default/20261101/lxd.tar.xz", "m"],
    ["ubuntu/noble/amd64/default/20261101/rootfs.squashfs", "r"],
    ["ubuntu/noble/amd64/default/20261101/SHA256SUMS", "sums"],
  );
  const { skipped, products } = await publishStream(root);
  expect(products).toEqual(["ubuntu:noble:amd64:default"]);
  expect(skipped.map(({ path }) => path).toSorted()).toEqual([
    `images/${jammy}`,
    "images/ubuntu/jammy/amd64/default/20261102",
    "images/ubuntu/jammy/amd64/default/newest",
    "images/ubuntu/jammy/z80",
    "images/ubuntu/noble/amd64/default/20261101/SHA256SUMS",
    "images/ubuntu/with blank",
  ]);
});

test("an image.json that cannot be understood is an error that names it", async () => {
  for (const text of ["{", '{"aliases":["two words"]}', '{"alias":["x"]}', '{"supportEol":"soon"}']) {
    await put([`${dirname(jammy)}/image.json`, text]);
    await expect(publishStream(root)).rejects.toMatchObject({
      code: "BAD_IMAGE_NOTES",
      message: expect.stringContaining("default/image.json"),
    });
  }
});

test("documents that say the same are not written again; a new version is", async () => {
  await put([`${jammy}/lxd.tar.xz`, "m"], [`${jammy}/rootfs.squashfs`, "r"]);
  const times = async (): Promise<number[]> =>
    Promise.all(["index", "images"].map(async (name) => (await stat(join(root, `streams/v1/${name}.json`))).ino));
  await publishStream(root);
  const before = await times();
  await publishStream(root);
  expect(await times()).toEqual(before);
  await put(
    ["ubuntu/jammy/amd64/default/20261201/lxd.tar.xz", "m2"],
    ["ubuntu/jammy/amd64/default/20261201/rootfs.squashfs", "r"],
  );
  await publishStream(root);
  const [index, images] = await times();
  expect(index).toBe(before[0]);
  expect(images).not.toBe(before[1]);
});

test("a folder without images is no tree; an abort ends the work", async () => {
  await put([`${jammy}/lxd.tar.xz`, "m"], [`${jammy}/rootfs.squashfs`, "r"]);
  const reason = new Error("enough");
  await expect(publishStream(root, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await expect(publishStream(join(root, "images"))).rejects.toMatchObject({ code: "ENOENT" });
});
