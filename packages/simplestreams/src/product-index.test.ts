import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findStreamImage } from "./find-stream-image.ts";
import { productNames, readProductIndex, writeProductIndex } from "./product-index.ts";
import { readStream } from "./read-stream.ts";
import { type SimplestreamsHost, startSimplestreamsHost } from "./testing/index.ts";
import { jammy } from "./testing/jammy-image.ts";

let host: SimplestreamsHost;
let directory: string;
beforeEach(async () => {
  const noble = { ...jammy, release: "noble", aliases: ["noble", "24.04"], rootfs: Buffer.from("noble") };
  host = await startSimplestreamsHost({ images: [jammy, noble] });
  directory = await mkdtemp(join(tmpdir(), "lxdkit-index-"));
});
afterEach(async () => {
  await host.close();
  await rm(directory, { recursive: true });
});

const root = "https://images.test";
const head = { root, documents: [] };
const products = [
  { aliases: "a,b", arch: "amd64", os: "x" },
  { aliases: "a", arch: "arm64", os: "y\nz" },
  { aliases: "", arch: "amd64" },
  { os: "without aliases" },
];

test("the products of a name, also with the architecture", async () => {
  await writeProductIndex(directory, { ...head, checkedAt: 5 }, products);
  const index = await readProductIndex(directory, root);
  expect(index?.checkedAt).toBe(5);
  expect(index?.find("a")).toEqual(products.slice(0, 2));
  expect(index?.find("b/amd64")).toEqual(products.slice(0, 1));
  expect(index?.find("a/arm64")).toEqual(products.slice(1, 2));
  for (const name of ["", "c", "b/arm64", "constructor", "__proto__"]) expect(index?.find(name)).toEqual([]);
});

test("a product may be called anything", async () => {
  const odd = { aliases: "__proto__,constructor", arch: "amd64" };
  expect(productNames(odd)).toContain("constructor/amd64");
  await writeProductIndex(directory, { ...head, checkedAt: 5 }, [odd]);
  expect((await readProductIndex(directory, root))?.find("constructor")).toEqual([odd]);
});

test("an index that is not there, of another stream, or broken, is none", async () => {
  expect(await readProductIndex(directory, root)).toBeUndefined();
  await writeProductIndex(directory, { ...head, checkedAt: 5 }, products);
  expect(await readProductIndex(directory, "https://others.test")).toBeUndefined();
  const [file = ""] = await readdir(directory);
  for (const text of ["", "{", "{}\n{}", `${JSON.stringify({ ...head, checkedAt: 5 })}\n[`]) {
    await writeFile(join(directory, file), text);
    expect(await readProductIndex(directory, root)).toBeUndefined();
  }
});

test("an alias is found in a valid cache without a question, as in the whole stream", async () => {
  const options = { ca: host.certificate, cache: { directory, maxAgeMs: 3_600_000 } };
  const stream = await readStream(host.url, options);
  const asked = host.requests.length;
  for (const alias of ["jammy", "22.04/amd64", "noble"]) {
    expect(await findStreamImage(host.url, alias, options)).toEqual(stream.find(alias));
  }
  const { fingerprint } = stream.find("noble");
  expect((await findStreamImage(host.url, fingerprint.slice(0, 12), options)).fingerprint).toBe(fingerprint);
  await expect(findStreamImage(host.url, "jamy", options)).rejects.toMatchObject({
    candidates: expect.arrayContaining(["jammy"]),
  });
  expect(host.requests).toHaveLength(asked);
});

test("a cache that is too old is not believed, and made anew", async () => {
  const read = { ca: host.certificate, cache: { directory, maxAgeMs: 3_600_000 } };
  const before = await findStreamImage(host.url, "jammy", read);
  await host.publish({ ...jammy, serial: "20261201", rootfs: Buffer.from("newer") });
  expect((await findStreamImage(host.url, "jammy", read)).serial).toBe(before.serial);
  expect((await findStreamImage(host.url, "jammy", { ...read, cache: { directory } })).serial).toBe("20261201");
  expect((await findStreamImage(host.url, "jammy", { ...read, cache: { directory, maxAgeMs: 1 } })).serial).toBe(
    "20261201",
  );
});

test("a cache that the server is asked about is used as long as nothing has changed", async () => {
  const options = { ca: host.certificate, cache: { directory } };
  let seen = 0;
  const asked = (): number[] => {
    const statuses = host.requests.slice(seen).map(({ status }) => status);
    seen = host.requests.length;
    return statuses;
  };
  const first = await findStreamImage(host.url, "jammy", options);
  expect(asked()).toEqual([200, 200]);
  expect(await findStreamImage(host.url, "jammy", options)).toEqual(first);
  expect(asked()).toEqual([304, 304]);
  await host.publish({ ...jammy, serial: "20261201", rootfs: Buffer.from("newer") });
  expect((await findStreamImage(host.url, "jammy", options)).serial).toBe("20261201");
  expect(asked()).toEqual([304, 200, 304, 200]);
  expect((await findStreamImage(host.url, "jammy", options)).serial).toBe("20261201");
  expect(asked()).toEqual([304, 304]);
  for (const name of await readdir(directory)) if (name.endsWith(".products")) await rm(join(directory, name));
  await findStreamImage(host.url, "jammy", options);
  expect((await readdir(directory)).filter((name) => name.endsWith(".products"))).toHaveLength(1);
  expect(asked()).toEqual([304, 304]);
  host.spoil(/./, { kind: "status", status: 503 });
  await expect(findStreamImage(host.url, "jammy", options)).rejects.toMatchObject({ code: "STREAM_UNAVAILABLE" });
  await host.close();
  await expect(findStreamImage(host.url, "jammy", options)).rejects.toMatchObject({ code: "STREAM_UNREACHABLE" });
  const allowing = { ...options, cache: { directory, allowStale: true } };
  expect((await findStreamImage(host.url, "jammy", allowing)).serial).toBe("20261201");
});
