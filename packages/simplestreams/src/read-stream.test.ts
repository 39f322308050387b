import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readStream } from "./read-stream.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./testing/index.ts";
import { jammy } from "./testing/jammy-image.ts";

let host: SimplestreamsHost;
let directory: string;
beforeEach(async () => {
  host = await startSimplestreamsHost({ images: [jammy] });
  directory = join(await mkdtemp(join(tmpdir(), "lxdkit-streams-")), "cache");
});
afterEach(async () => {
  await host.close();
  await rm(join(directory, ".."), { recursive: true });
});

const asked = (): string[] =>
  host.requests.map(({ path, status }) => `${path.split("/").at(-1) ?? ""} ${String(status)}`);

test("without a cache everything is read each time", async () => {
  for (let round = 0; round < 2; round += 1) {
    const stream = await readStream(host.url, { ca: host.certificate });
    expect(stream.images.map(({ serial }) => serial)).toEqual(["20261001"]);
    expect(stream.isStale).toBe(false);
  }
  expect(asked()).toEqual(["index.json 200", "images.json 200", "index.json 200", "images.json 200"]);
});

test("with a cache the server says whether something is new", async () => {
  const options = { ca: host.certificate, cache: { directory } };
  const first = await readStream(host.url, options);
  const second = await readStream(host.url, options);
  expect(second.images).toEqual(first.images);
  expect(second.checkedAt).toBeGreaterThanOrEqual(first.checkedAt);
  expect(asked()).toEqual(["index.json 200", "images.json 200", "index.json 304", "images.json 304"]);
  await host.publish({ ...jammy, serial: "20261101", rootfs: Buffer.from("newer") });
  expect((await readStream(host.url, options)).find("jammy").serial).toBe("20261101");
});

test("what is young enough is not asked for, and its age is told", async () => {
  const options = { ca: host.certificate, cache: { directory, maxAgeMs: 3_600_000 } };
  const { checkedAt } = await readStream(host.url, options);
  const again = await readStream(host.url, options);
  expect(again).toMatchObject({ checkedAt, isStale: false });
  expect(asked()).toHaveLength(2);
});

test("stale data is an error, unless it is allowed, and then it says that it is stale", async () => {
  const options = { ca: host.certificate, cache: { directory } };
  const { checkedAt } = await readStream(host.url, options);
  const defect = host.spoil(/./, { kind: "status", status: 503 });
  await expect(readStream(host.url, options)).rejects.toMatchObject({ code: "STREAM_UNAVAILABLE" });
  const allowing = { ...options, cache: { directory, allowStale: true } };
  const stale = await readStream(host.url, allowing);
  expect(stale).toMatchObject({ isStale: true, checkedAt });
  expect(stale.find("jammy").serial).toBe("20261001");
  defect.remove();
  expect(await readStream(host.url, allowing)).toMatchObject({ isStale: false });
  await host.close();
  expect(await readStream(host.url, allowing)).toMatchObject({ isStale: true });
});

test("a host that is not trusted any more is no reason to use stale data", async () => {
  await readStream(host.url, { ca: host.certificate, cache: { directory } });
  const untrusting = { cache: { directory, allowStale: true } };
  await expect(readStream(host.url, untrusting)).rejects.toMatchObject({ code: "STREAM_UNTRUSTED" });
});

test("a broken file in the cache is fetched again", async () => {
  const options = { ca: host.certificate, cache: { directory, maxAgeMs: 3_600_000 } };
  await readStream(host.url, options);
  for (const name of await readdir(directory)) await writeFile(join(directory, name), "{half");
  expect((await readStream(host.url, options)).images).toHaveLength(1);
  expect(asked()).toHaveLength(4);
});

test("what the server sent broken is not kept", async () => {
  const options = { ca: host.certificate, cache: { directory, maxAgeMs: 3_600_000 } };
  host.spoil(/images\.json$/, { kind: "truncated" }, { times: 1 });
  await expect(readStream(host.url, options)).rejects.toMatchObject({ code: "BAD_STREAM" });
  expect((await readStream(host.url, options)).images).toHaveLength(1);
});

test("plain http is read on demand only", async () => {
  await expect(readStream("http://images.test")).rejects.toMatchObject({ code: "BAD_STREAM_URL" });
  await expect(readStream("http://127.0.0.1:1", { allowHttp: true })).rejects.toMatchObject({
    code: "STREAM_UNREACHABLE",
  });
});
