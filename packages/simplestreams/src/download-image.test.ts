import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DownloadImageOptions, downloadStreamImage } from "./download-image.ts";
import { readStream } from "./read-stream.ts";
import type { StreamImage } from "./stream-image.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./testing/index.ts";
import { jammy } from "./testing/jammy-image.ts";

const rootfs = randomBytes(300_000);
let host: SimplestreamsHost;
let image: StreamImage;
let options: DownloadImageOptions;
beforeEach(async () => {
  host = await startSimplestreamsHost({ images: [{ ...jammy, rootfs }] });
  image = (await readStream(host.url, { ca: host.certificate })).find("jammy");
  options = { directory: await mkdtemp(join(tmpdir(), "lxdkit-download-")), ca: host.certificate };
});
afterEach(async () => {
  await host.close();
  await rm(options.directory, { recursive: true });
});

/** Statuses of the answers for the root file system. */
const answers = (): number[] =>
  host.requests.filter(({ path }) => path.endsWith("squashfs")).map(({ status }) => status);
const load = (more: Partial<DownloadImageOptions> = {}): ReturnType<typeof downloadStreamImage> =>
  downloadStreamImage(host.url, image, { ...options, ...more });

test("all files come, with progress, and nothing else is left in the folder", async () => {
  const seen: number[] = [];
  const { fingerprint, paths } = await load({ onProgress: ({ receivedBytes }) => seen.push(receivedBytes) });
  expect(fingerprint).toBe(image.fingerprint);
  expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual([jammy.metadata, rootfs]);
  expect(await readdir(options.directory)).toHaveLength(2);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(image.sizeBytes);
});

test("files that are there are checked and kept; one that is wrong comes again", async () => {
  const { paths } = await load();
  await load();
  expect(answers()).toEqual([200]);
  await writeFile(paths[1] ?? "", randomBytes(rootfs.length));
  await load();
  expect(answers()).toEqual([200, 200]);
  expect(await readFile(paths[1] ?? "")).toEqual(rootfs);
});

test("a download that is cut goes on where it ended", async () => {
  host.spoil(/squashfs$/, { kind: "cut" }, { times: 2 });
  const { paths } = await load();
  expect(await readFile(paths[1] ?? "")).toEqual(rootfs);
  expect(answers()).toEqual([200, 206, 206]);
});

test("one that was given up goes on in the next call", async () => {
  const abort = new AbortController();
  host.spoil(/squashfs$/, { kind: "slow", bytesPerSecond: 1_000_000 });
  const stop = ({ receivedBytes }: { readonly receivedBytes: number }): void => {
    if (receivedBytes > 100_000) abort.abort(new Error("enough"));
  };
  await expect(load({ onProgress: stop, signal: abort.signal })).rejects.toThrow("enough");
  expect(await readdir(options.directory)).toContainEqual(expect.stringMatching(/\.part$/));
  const { paths } = await load();
  expect(await readFile(paths[1] ?? "")).toEqual(rootfs);
  expect(answers()).toEqual([200, 206]);
});

test("what an earlier try left wrong is thrown away", async () => {
  const { paths } = await load();
  await rm(paths[1] ?? "");
  await writeFile(`${paths[1] ?? ""}.part`, randomBytes(1000));
  await load();
  expect(await readFile(paths[1] ?? "")).toEqual(rootfs);
  expect(answers()).toEqual([200, 206, 200]);
});

test.each([
  ["other bytes", { kind: "altered" }, "IMAGE_HASH_MISMATCH"],
  ["too few bytes", { kind: "truncated" }, "IMAGE_HASH_MISMATCH"],
  ["no file", { kind: "status", status: 404 }, "STREAM_UNAVAILABLE"],
] as const)("%s are told", async (_what, defect, code) => {
  host.spoil(/squashfs$/, defect);
  await expect(load()).rejects.toMatchObject({ code, address: expect.stringContaining("squashfs") as string });
});

test("a fingerprint that is not the hash of the files is told, and the files go", async () => {
  image = { ...image, fingerprint: "0".repeat(64) };
  await expect(load()).rejects.toMatchObject({ code: "IMAGE_HASH_MISMATCH" });
  expect(await readdir(options.directory)).toEqual([]);
});

test("a host that cuts every connection at once is given up", async () => {
  await host.close();
  await expect(load()).rejects.toMatchObject({ code: "STREAM_UNREACHABLE" });
});
