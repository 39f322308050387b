import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { describe, expect, test } from "vitest";
import { readStream, type ReadStreamOptions } from "./read-stream.ts";
import type { Stream } from "./stream.ts";

const data = new URL("../../../../shared/data/simplestreams/", import.meta.url);

/** A file of the data; what stands for the machine's architecture in a template is filled in. */
const read = (path: string): string => {
  const [plain, template] = [new URL(path, data), new URL(`${path}.in`, data)];
  return readFileSync(existsSync(plain) ? plain : template, "utf8").replaceAll("@MANIFEST_ARCH@", "amd64");
};

/** Reads what a host serves that has these files, each by its path or with its content. */
async function reading(
  files: Readonly<Record<string, { readonly file: string } | string>>,
  options: ReadStreamOptions = {},
): Promise<Stream> {
  const pair = await createSelfSignedCertificate({ usage: "server", commonName: "s", ipAddresses: ["127.0.0.1"] });
  const https = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    const found = files[decodeURIComponent(request.url ?? "").slice(1)];
    response.writeHead(found === undefined ? 404 : 200);
    response.end(typeof found === "object" ? read(found.file) : found);
  });
  await new Promise<void>((resolve) => {
    https.listen(0, "127.0.0.1", resolve);
  });
  try {
    const url = `https://127.0.0.1:${String((https.address() as AddressInfo).port)}`;
    return await readStream(url, { ca: pair.certificate, ...options });
  } finally {
    https.closeAllConnections();
    https.close();
  }
}

/** A host with that index and that products file. */
const withIndex = (index: string, products: string): Promise<Stream> =>
  reading({
    "streams/v1/index.json": { file: `multipass-fixtures/${index}` },
    "multiple_versions_manifest.json": { file: `multipass-fixtures/${products}` },
    "bad_manifest.json": { file: `multipass-fixtures/${products}` },
  });

const manifest = (name: string): Promise<Stream> =>
  withIndex("simple_streams_index/good_index.json", `simple_streams_manifest/${name}`);

describe.runIf(existsSync(data))("streams that others have published", () => {
  test("an Incus mirror: virtual machines for Incus alone, whose metadata has the hash that the stream says", async () => {
    const files = Object.fromEntries(
      ["streams/v1/index.json", "streams/v1/images.json"].map((path) => [path, { file: `incus-github-pages/${path}` }]),
    );
    expect((await reading(files)).images).toEqual([]);
    const stream = await reading(files, { flavour: "incus" });
    expect(stream.images).toHaveLength(20);
    expect(new Set(stream.images.map(({ type }) => type))).toEqual(new Set(["virtual-machine"]));
    for (const { files: parts } of stream.images) {
      const [metadata] = parts;
      const bytes = readFileSync(new URL(`incus-github-pages/${metadata?.path ?? ""}`, data));
      expect(bytes).toHaveLength(metadata?.sizeBytes ?? 0);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(metadata?.sha256);
    }
    const choice = { type: "virtual-machine", architectures: ["aarch64"] } as const;
    expect(stream.find("chr/7.20.4/cloud", choice)).toMatchObject({
      serial: "202511172324",
      createdAt: "2025-11-17T00:00:00Z",
    });
    expect(stream.find("chr/7.20.4/cloud/amd64", { type: "virtual-machine" }).fingerprint).toBe(
      "7ea0b675641457217f05fa0b804ecbf7e150d72868c89cff0204b1bb84d3e89d",
    );
    expect(() => stream.find("chr/7.20.4/cloud")).toThrow(expect.objectContaining({ code: "IMAGE_NOT_FOUND" }));
  });

  test("an index of image ids has no image, and its products are not even asked for", async () => {
    const index = "datatype-image-ids/streams/v1/index.json";
    const stream = await reading({ "streams/v1/index.json": { file: index } });
    expect(stream.images).toEqual([]);
    expect(stream.aliases()).toEqual([]);
  });

  test("an index whose entries stand beside its date is read", async () => {
    const stream = await manifest("lxd_test_manifest.json");
    expect(stream.images.length).toBeGreaterThan(0);
    expect(stream.find("xenial", { type: "virtual-machine" }).os).toBe("ubuntu");
  });

  test.each([
    ["simple_streams_index/bad_index.json", "BAD_STREAM"],
    ["simple_streams_index/missing_index.json", "BAD_STREAM"],
  ])("%s is no index", async (index, code) => {
    await expect(withIndex(index, "simple_streams_manifest/good_manifest.json")).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/index\.json is not a simplestreams document at index/),
    });
  });

  test.each(["bad_datatype_index.json", "no_image_downloads_in_datatype.json"])(
    "%s offers no downloads",
    async (index) => {
      const stream = await withIndex(`simple_streams_index/${index}`, "simple_streams_manifest/lxd_test_manifest.json");
      expect(stream.images).toEqual([]);
    },
  );

  test.each(["invalid_top_level.json", "missing_products_manifest.json"])("%s is no products file", async (name) => {
    await expect(manifest(name)).rejects.toMatchObject({
      code: "BAD_STREAM",
      message: expect.stringContaining("multiple_versions_manifest.json"),
    });
  });

  test("a product without versions has no images", async () => {
    expect((await manifest("missing_versions_manifest.json")).images).toEqual([]);
  });

  test.each([
    ["go-simplestreams/lxd/testdata/products.json", "lxd"],
    ["go-simplestreams/incus/testdata/products.json", "incus"],
    ["go-simplestreams/linuxcontainers/testdata/products.json", "lxd"],
  ] as const)("%s has images for %s", async (file, flavour) => {
    const entry = { datatype: "image-downloads", path: "p.json", products: ["some"] };
    const index = JSON.stringify({ format: "index:1.0", index: { images: entry } });
    const stream = await reading({ "streams/v1/index.json": index, "p.json": { file } }, { flavour });
    expect(stream.images.length).toBeGreaterThan(0);
    for (const { name, type, target } of stream.aliases()) {
      const architectures = ["x86_64", "i686", ...new Set(stream.images.map(({ architecture }) => architecture))];
      expect(stream.find(name, { type, architectures }).fingerprint).toBe(target);
    }
  });

  test.each(["foocloud", "cirros"])("%s offers nothing that LXD or Incus could run", async (name) => {
    const root = `canonical-examples/${name}/streams/v1`;
    const { index } = JSON.parse(read(`${root}/index.json`)) as { index: Record<string, { path: string }> };
    const paths = ["streams/v1/index.json", ...Object.values(index).map(({ path }) => path)];
    const files = Object.fromEntries(
      paths
        .filter((path) => existsSync(new URL(`canonical-examples/${name}/${path}`, data)))
        .map((path) => [path, { file: `canonical-examples/${name}/${path}` }]),
    );
    expect(Object.keys(files).length).toBeGreaterThan(1);
    for (const flavour of ["lxd", "incus"] as const) expect((await reading(files, { flavour })).images).toEqual([]);
  });
});
