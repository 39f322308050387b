import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveAlias } from "./resolve-alias.ts";
import { streamProductsSchema } from "./stream-document.ts";
import { streamImages } from "./stream-image.ts";

const ftypes = [
  "lxd.tar.xz",
  "incus.tar.xz",
  "lxd_combined.tar.gz",
  "squashfs",
  "root.tar.xz",
  "disk1.img",
  "manifest",
];
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);
const item = fc.record(
  {
    ftype: fc.constantFrom(...ftypes),
    path: fc.string(),
    size: fc.nat(),
    sha256: hash,
    combined_squashfs_sha256: hash,
    combined_rootxz_sha256: hash,
  },
  { requiredKeys: ["ftype"] },
);
const serial = fc.oneof(fc.stringMatching(/^2026(0[1-9]|1[0-2])(0[1-9]|1\d|2[0-8])(\.\d)?$/), fc.string());
const product = fc.record(
  {
    aliases: fc.array(fc.constantFrom("jammy", "j", "22.04"), { maxLength: 3 }).map((names) => names.join(",")),
    arch: fc.constantFrom("amd64", "arm64", "z80"),
    os: fc.constantFrom("ubuntu", "debian"),
    release: fc.constantFrom("a", "b"),
    variant: fc.constantFrom("default", "cloud"),
    versions: fc.dictionary(serial, fc.record({ items: fc.dictionary(fc.string(), item, { maxKeys: 4 }) }), {
      maxKeys: 4,
    }),
  },
  { requiredKeys: ["arch"] },
);
const products = fc.dictionary(fc.string(), product, { maxKeys: 4 });

test("any products file is read: each image has its files, its hash and a known architecture", () => {
  fc.assert(
    fc.property(products, fc.constantFrom("lxd" as const, "incus" as const), (document, flavour) => {
      const images = streamImages(streamProductsSchema.parse({ products: document }), flavour);
      for (const image of images) {
        expect(image.fingerprint).toMatch(/^[0-9a-f]{64}$/);
        expect(["x86_64", "aarch64"]).toContain(image.architecture);
        expect(image.files[0]?.ftype.startsWith(flavour)).toBe(true);
        expect(image.sizeBytes).toBe(image.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
      }
    }),
  );
});

test("what an alias stands for has that alias, and no image of its group is newer", () => {
  fc.assert(
    fc.property(products, fc.constantFrom("jammy", "j", "22.04"), (document, alias) => {
      const images = streamImages(streamProductsSchema.parse({ products: document }), "lxd");
      const choice = { type: "container", architectures: ["x86_64"] } as const;
      const found = resolveAlias(images, alias, choice);
      const fitting = images.filter(
        (image) => image.aliases.includes(alias) && image.type === "container" && image.architecture === "x86_64",
      );
      expect(found === undefined).toBe(fitting.length === 0);
      const group = fitting.filter(
        ({ os, release, variant }) => os === found?.os && release === found.release && variant === found.variant,
      );
      for (const image of group) expect(image.serial <= String(found?.serial)).toBe(true);
    }),
  );
});
