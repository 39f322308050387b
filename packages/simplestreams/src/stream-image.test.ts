import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type AliasChoice, resolveAlias, similarAliases } from "./resolve-alias.ts";
import { streamProductsSchema } from "./stream-document.ts";
import type { StreamAlias } from "./alias-table.ts";
import type { ListedImage } from "./listed-image.ts";
import { type StreamImage, streamImages } from "./stream-image.ts";
import { toStream } from "./stream.ts";

const native: AliasChoice = { type: "container", architectures: ["x86_64", "i686"] };

function product(fields: object, versions: Record<string, object>): object {
  return { aliases: "", arch: "amd64", os: "os", release: "r", release_title: "R", versions, ...fields };
}

function version(...items: readonly object[]): object {
  return { items: Object.fromEntries(items.map((item, at) => [String(at), item])) };
}

const file = (ftype: string, sha256 = ""): object => ({ ftype, path: `p/${ftype}`, size: 1, sha256 });
const metadata = (ftype: string, hashes: Record<string, string>): object => ({ ...file(ftype), size: 10, ...hashes });

function images(products: Record<string, object>, flavour: "lxd" | "incus" = "lxd"): StreamImage[] {
  return streamImages(streamProductsSchema.parse({ products }), flavour);
}

test("one image for each root file that the metadata has a hash for, preferred ones first", () => {
  const all = version(
    file("root.tar.xz"),
    file("disk-kvm.img"),
    file("squashfs"),
    metadata("lxd.tar.xz", {
      combined_rootxz_sha256: "b",
      combined_squashfs_sha256: "a",
      "combined_disk-kvm-img_sha256": "c",
      "combined_disk1-img_sha256": "nothing to go with",
    }),
  );
  const found = images({ p: product({ aliases: "x,y" }, { "20260101": all }) });
  expect(found.map(({ fingerprint, type }) => [fingerprint, type])).toEqual([
    ["a", "container"],
    ["b", "container"],
    ["c", "virtual-machine"],
  ]);
  expect(found[0]).toMatchObject({ sizeBytes: 11, aliases: ["x", "y"], architecture: "x86_64", serial: "20260101" });
  expect(found[0]?.description).toBe("os R amd64 (20260101)");
});

test("each family reads its own metadata items", () => {
  const products = {
    p: product(
      {},
      {
        "20260101": version(
          metadata("lxd.tar.xz", { combined_squashfs_sha256: "for-lxd" }),
          metadata("incus.tar.xz", { combined_squashfs_sha256: "for-incus" }),
          file("incus_combined.tar.gz", "unified"),
          file("squashfs"),
        ),
      },
    ),
  };
  expect(images(products, "lxd").map(({ fingerprint }) => fingerprint)).toEqual(["for-lxd"]);
  expect(images(products, "incus").map(({ fingerprint }) => fingerprint)).toEqual(["unified", "for-incus"]);
});

test("an alias is the greatest serial of the server's own architecture", () => {
  const of = (hash: string): object =>
    version(file("squashfs"), metadata("lxd.tar.xz", { combined_squashfs_sha256: hash }));
  const found = images({
    arm: product({ arch: "arm64", aliases: "j" }, { "20260301": of("arm") }),
    amd: product({ aliases: "j" }, { "20260102_10:00": of("b"), "20260102": of("a"), "20251231": of("old") }),
  });
  expect(resolveAlias(found, "j", native)?.fingerprint).toBe("b");
  expect(resolveAlias(found, "j/amd64", native)?.fingerprint).toBe("b");
  expect(resolveAlias(found, "j/arm64", native)).toBeUndefined();
  expect(resolveAlias(found, "j", { ...native, architectures: ["aarch64"] })?.fingerprint).toBe("arm");
  expect(resolveAlias(found, "j", { ...native, type: "virtual-machine" })).toBeUndefined();
});

test.each(["1", "2026010", "20261301", "20260230", "latest"])(
  "a version named %s has no date and no image",
  (serial) => {
    const items = version(file("squashfs"), metadata("lxd.tar.xz", { combined_squashfs_sha256: "a" }));
    expect(images({ p: product({}, { [serial]: items }) })).toEqual([]);
  },
);

test("a product for an unknown architecture has no images", () => {
  const items = version(file("squashfs"), metadata("lxd.tar.xz", { combined_squashfs_sha256: "a" }));
  expect(images({ p: product({ arch: "z80" }, { "20260101": items }) })).toEqual([]);
});

test("the start of a fingerprint finds its image", () => {
  const hash = "0123456789abcdef".repeat(4);
  const items = version(file("squashfs"), metadata("lxd.tar.xz", { combined_squashfs_sha256: hash }));
  const found = images({ p: product({}, { "20260101": items }) });
  expect(resolveAlias(found, hash.slice(0, 12), native)?.fingerprint).toBe(hash);
  expect(resolveAlias(found, hash.slice(0, 11), native)).toBeUndefined();
});

test("the aliases that look most like a mistyped one come first", () => {
  const items = version(file("squashfs"), metadata("lxd.tar.xz", { combined_squashfs_sha256: "a" }));
  const found = images({ p: product({ aliases: "noble,jammy,focal" }, { "20260101": items }) });
  expect(similarAliases(found, "jamy", native)[0]).toBe("jammy");
});

function byKey(a: ListedImage, b: ListedImage): number {
  const key = ({ fingerprint, type, properties, architecture }: ListedImage): string =>
    [fingerprint, type, properties["serial"], architecture].join();
  return key(a) < key(b) ? -1 : 1;
}

const data = new URL("../../../../shared/data/simplestreams/", import.meta.url);

describe.runIf(existsSync(data))("real products files give what the real lxc 5.0.2 lists", () => {
  const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, data), "utf8"));
  const gunzip = (path: string): unknown => JSON.parse(gunzipSync(readFileSync(new URL(path, data))).toString());

  test("all images of a day of linuxcontainers.org, with their properties and aliases, and all aliases", () => {
    const products = streamProductsSchema.parse(json("linuxcontainers/images-2023-07-03.json"));
    const stream = toStream({ url: "https://x", checkedAt: 0, isStale: false }, streamImages(products, "lxd"));
    const listed = gunzip("oracle-lxc-5.0.2/lc0723.images.json.gz") as ListedImage[];
    expect(listed).toHaveLength(1722);
    expect(stream.list().toSorted(byKey)).toEqual(listed.toSorted(byKey));

    const aliases = gunzip("oracle-lxc-5.0.2/lc0723.aliases.json.gz") as StreamAlias[];
    expect(aliases).toHaveLength(1026);
    expect(stream.aliases().map((alias) => ({ description: "", ...alias }))).toEqual(aliases);
    const wrong = aliases.filter(({ name, type, target }) => {
      const architectures = ["x86_64", "i686", "aarch64"];
      return stream.find(name, { type, architectures }).fingerprint !== target;
    });
    expect(wrong).toEqual([]);
  });

  test("a stream without LXD items has no images", () => {
    expect(streamImages(streamProductsSchema.parse(json("excerpts/ubuntu-releases-excerpt.json")), "lxd")).toEqual([]);
  });

  test("an Incus mirror serves Incus only", () => {
    const products = streamProductsSchema.parse(json("incus-github-pages/streams/v1/images.json"));
    expect(streamImages(products, "incus").length).toBeGreaterThan(0);
    expect(streamImages(products, "lxd")).toEqual([]);
  });
});
