import { expect, test } from "vitest";
import { streamProductsSchema } from "./stream-document.ts";
import { streamImages } from "./stream-image.ts";
import { type Stream, toStream } from "./stream.ts";

interface Product {
  readonly aliases: string;
  readonly arch?: string;
  readonly variant?: string;
  readonly serials?: readonly string[];
  readonly support_eol?: string;
}

/** Each version has a container and a machine; fingerprints tell the product, the serial and what it is. */
function streamOf(products: Readonly<Record<string, Product>>): Stream {
  const all = Object.entries(products).map(([name, { serials = ["20260101"], ...product }]) => {
    const versions = serials.map((serial) => {
      const combined = {
        combined_squashfs_sha256: `${name}-${serial}-c`,
        "combined_disk-kvm-img_sha256": `${name}-${serial}-v`,
      };
      const file = (ftype: string): object => ({ ftype, path: `${name}/${serial}/${ftype}`, size: 5, sha256: "" });
      const items = {
        m: { ...file("lxd.tar.xz"), ...combined },
        c: file("squashfs"),
        v: file("disk-kvm.img"),
      };
      return [serial, { label: "release", items }];
    });
    const common = { arch: "amd64", os: "Debian", release: "bookworm", version: "12", variant: "default" };
    return [name, { ...common, ...product, versions: Object.fromEntries(versions) as object }];
  });
  const document = streamProductsSchema.parse({ products: Object.fromEntries(all) as object });
  return toStream({ url: "https://images.test", checkedAt: 0, isStale: false }, streamImages(document, "lxd"));
}

test("an alias is the newest version's, for each type and architecture", () => {
  const stream = streamOf({
    a: { aliases: "debian/12", serials: ["20260101", "20260301", "20260201"] },
    b: { aliases: "debian/12", arch: "arm64" },
  });
  expect(stream.aliases()).toEqual([
    { name: "debian/12", type: "container", target: "a-20260301-c" },
    { name: "debian/12", type: "virtual-machine", target: "a-20260301-v" },
    { name: "debian/12/amd64", type: "container", target: "a-20260301-c" },
    { name: "debian/12/amd64", type: "virtual-machine", target: "a-20260301-v" },
    { name: "debian/12/arm64", type: "container", target: "b-20260101-c" },
    { name: "debian/12/arm64", type: "virtual-machine", target: "b-20260101-v" },
  ]);
  const short = stream.aliases(["aarch64"]).find(({ name }) => name === "debian/12");
  expect(short?.target).toBe("b-20260101-c");
});

test("an alias of a foreign architecture alone stands for that", () => {
  expect(streamOf({ b: { aliases: "debian/12", arch: "arm64" } }).aliases()).toContainEqual({
    name: "debian/12",
    type: "container",
    target: "b-20260101-c",
  });
});

test("an image is listed as servers show images", () => {
  const stream = streamOf({
    a: { aliases: "debian/12,debian", serials: ["20260301_05:24"], support_eol: "2028-06-30" },
  });
  expect(stream.list()[0]).toEqual({
    fingerprint: "a-20260301_05:24-c",
    type: "container",
    architecture: "x86_64",
    aliases: ["debian/12", "debian/12/amd64", "debian", "debian/amd64"].map((name) => ({ name, description: "" })),
    properties: {
      architecture: "amd64",
      description: "Debian bookworm amd64 (release) (20260301_05:24)",
      label: "release",
      os: "Debian",
      release: "bookworm",
      serial: "20260301_05:24",
      type: "squashfs",
      variant: "default",
      version: "12",
    },
    filename: "lxd.tar.xz",
    size: 10,
    public: true,
    cached: false,
    auto_update: false,
    profiles: null,
    created_at: "2026-03-01T00:00:00Z",
    uploaded_at: "2026-03-01T00:00:00Z",
    expires_at: "2028-06-30T00:00:00Z",
    last_used_at: "0001-01-01T00:00:00Z",
  });
  const foreign = stream.list("aarch64")[0]?.aliases?.map(({ name }) => name);
  expect(foreign).toEqual(["debian/12/amd64", "debian/amd64"]);
});

test("images are filtered by all that is given", () => {
  const stream = streamOf({
    a: { aliases: "debian/12", serials: ["20260101", "20260301"] },
    b: { aliases: "debian/12/cloud", variant: "cloud" },
    c: { aliases: "debian/12", arch: "arm64" },
  });
  const fingerprints = (filter: Parameters<Stream["filter"]>[0]): string[] =>
    stream.filter(filter).map(({ fingerprint }) => fingerprint);
  expect(fingerprints({})).toHaveLength(8);
  expect(fingerprints({ variant: "cloud" })).toEqual(["b-20260101-c", "b-20260101-v"]);
  expect(fingerprints({ type: "container", variant: "default", newestOnly: true })).toEqual([
    "a-20260301-c",
    "c-20260101-c",
  ]);
  expect(fingerprints({ architecture: "aarch64", type: "virtual-machine", os: "Debian" })).toEqual(["c-20260101-v"]);
});
