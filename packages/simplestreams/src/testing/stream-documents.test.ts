import { expect, test } from "vitest";
import { buildStreamDocuments, type DescribedImage } from "./stream-documents.ts";

function image(serial: string, aliases: readonly string[] = ["jammy"]): DescribedImage {
  return {
    aliases,
    os: "ubuntu",
    release: "jammy",
    releaseTitle: "22.04 LTS",
    version: "22.04",
    architecture: "amd64",
    serial,
    metadata: { path: `${serial}/lxd.tar.xz`, sizeBytes: 3, sha256: "aa" },
    rootfs: { path: `${serial}/rootfs.squashfs`, sizeBytes: 5, sha256: "bb" },
    rootfsType: "squashfs",
    disk: undefined,
    combinedSha256: "cc",
    combinedDiskSha256: "dd",
  };
}

test("the index names the products file and every product", () => {
  const documents = buildStreamDocuments([image("20261101"), { ...image("20261101"), architecture: "arm64" }]);
  expect(documents.get("streams/v1/index.json")).toEqual({
    format: "index:1.0",
    index: {
      images: {
        datatype: "image-downloads",
        format: "products:1.0",
        path: "streams/v1/images.json",
        products: ["ubuntu:jammy:amd64:default", "ubuntu:jammy:arm64:default"],
      },
    },
  });
});

test("versions of one product stand side by side and share its aliases", () => {
  const documents = buildStreamDocuments([image("20261101", ["jammy", "22.04"]), image("20261102", ["jammy", "lts"])]);
  const file = documents.get("streams/v1/images.json") as { products: Record<string, Record<string, unknown>> };
  const product = file.products["ubuntu:jammy:amd64:default"];
  expect(product).toMatchObject({ aliases: "jammy,22.04,lts", arch: "amd64", release_title: "22.04 LTS" });
  expect(Object.keys(product?.["versions"] as object)).toEqual(["20261101", "20261102"]);
});

test("a version offers its metadata to both families, with the combined hash", () => {
  const file = buildStreamDocuments([image("20261101")]).get("streams/v1/images.json");
  const metadata = { path: "20261101/lxd.tar.xz", size: 3, sha256: "aa", combined_squashfs_sha256: "cc" };
  expect(file).toHaveProperty(["products", "ubuntu:jammy:amd64:default", "versions", "20261101", "items"], {
    "lxd.tar.xz": { ftype: "lxd.tar.xz", ...metadata },
    "incus.tar.xz": { ftype: "incus.tar.xz", ...metadata },
    squashfs: { ftype: "squashfs", path: "20261101/rootfs.squashfs", size: 5, sha256: "bb" },
  });
});

test("a stream without images is still a stream", () => {
  expect(buildStreamDocuments([]).get("streams/v1/images.json")).toEqual({
    content_id: "images",
    datatype: "image-downloads",
    format: "products:1.0",
    products: {},
  });
});
