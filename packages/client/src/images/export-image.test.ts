import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { exportImageFiles, type ImageFileReader } from "./export-image.ts";
import { multipartBody } from "./multipart-body.ts";

const metadata = Buffer.from("metadata of the image");
const rootfs = Buffer.alloc(300_000, "root file system");
const unifiedPrint = sha256(rootfs);
const splitPrint = sha256(metadata, rootfs);

function sha256(...parts: readonly Buffer[]): string {
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

function answer(body: Readable, headers: Readonly<Record<string, string>> = {}) {
  return { status: 200, headers: { "content-type": "application/octet-stream", ...headers }, body };
}

function split(body: AsyncIterable<Uint8Array> = multipartBody("b", files, () => undefined)) {
  return answer(Readable.from(body), { "content-type": "multipart/form-data; boundary=b" });
}

const files = [
  { name: "metadata", filename: "meta-1.tar.xz", content: metadata },
  { name: "rootfs", filename: "1.squashfs", content: rootfs },
] as const;
const readAll: ImageFileReader = async ({ content }) => void (await buffer(content));

test("an image of one file", async () => {
  const headers = { "content-disposition": "inline;filename=1.tar.gz", "content-length": String(rootfs.length) };
  const seen: unknown[] = [];
  const result = await exportImageFiles(answer(Readable.from([rootfs]), headers), unifiedPrint, async (file) => {
    seen.push([file.kind, file.filename, file.sizeBytes, (await buffer(file.content)).equals(rootfs)]);
  });
  expect(seen).toEqual([["unified", "1.tar.gz", 300_000, true]]);
  const file = { kind: "unified", filename: "1.tar.gz", sizeBytes: 300_000 };
  expect(result).toEqual({ fingerprint: unifiedPrint, files: [file] });
});

test("an image of two files, read one after the other", async () => {
  const seen: string[] = [];
  const result = await exportImageFiles(split(), splitPrint.slice(0, 10).toUpperCase(), async ({ kind, content }) => {
    seen.push(`${kind} begins`);
    await buffer(content);
    seen.push(`${kind} ends`);
  });
  expect(seen).toEqual(["metadata begins", "metadata ends", "rootfs begins", "rootfs ends"]);
  expect(result).toEqual({
    fingerprint: splitPrint,
    files: [
      { kind: "metadata", filename: "meta-1.tar.xz", sizeBytes: metadata.length },
      { kind: "rootfs", filename: "1.squashfs", sizeBytes: rootfs.length },
    ],
  });
});

test("another image than the one that was asked for is told", async () => {
  await expect(exportImageFiles(split(), unifiedPrint, readAll)).rejects.toMatchObject({
    code: "FINGERPRINT_MISMATCH",
    message: expect.stringContaining(splitPrint),
  });
});

test("what the reader throws is thrown, and nothing is read any more", async () => {
  const { body, ...rest } = split();
  const mine = new Error("the disk is full");
  const exporting = exportImageFiles({ ...rest, body }, splitPrint, async ({ kind, content }) => {
    if (kind === "rootfs") throw mine;
    await buffer(content);
  });
  await expect(exporting).rejects.toBe(mine);
  expect(body.destroyed).toBe(true);
});

test("a file that is not read to its end is a mistake of the reader", async () => {
  const whole = answer(Readable.from([rootfs.subarray(0, 10), rootfs.subarray(10)]));
  const once: ImageFileReader = async ({ content }) => {
    for await (const piece of content) if (piece.length > 0) break;
  };
  await expect(exportImageFiles(whole, unifiedPrint, once)).rejects.toThrow(TypeError);
  expect(whole.body.destroyed).toBe(true);
  await expect(exportImageFiles(split(), splitPrint, async () => undefined)).rejects.toThrow(TypeError);
});

test("a connection that breaks fails the export with its own error", async () => {
  const lost = new Error("lost the connection");
  async function* broken(): AsyncGenerator<Uint8Array> {
    const whole = await buffer(multipartBody("b", files, () => undefined));
    yield whole.subarray(0, 100_000);
    throw lost;
  }
  await expect(exportImageFiles(split(broken()), splitPrint, readAll)).rejects.toBe(lost);
  const exporting = exportImageFiles(answer(Readable.from(broken())), unifiedPrint, readAll);
  await expect(exporting).rejects.toBe(lost);
});

test("a file that no image has is refused", async () => {
  const odd = multipartBody("b", [{ name: "kernel", content: metadata }], () => undefined);
  await expect(exportImageFiles(split(odd), splitPrint, readAll)).rejects.toMatchObject({ code: "BAD_ANSWER" });
});
