/** How an image is named in a stream. */
export interface StreamImageNames {
  /** Alias names, for example `["jammy", "22.04"]`; they belong to the product, so all its versions share them. */
  readonly aliases: readonly string[];
  /** Operating system, for example `ubuntu`. */
  readonly os: string;
  /** Release, for example `jammy`. */
  readonly release: string;
  /** Title of the release, for example `22.04 LTS`; the release by default. */
  readonly releaseTitle?: string;
  /** Version of the release, for example `22.04`. */
  readonly version?: string;
  /** Architecture in the spelling of products files, for example `amd64`. */
  readonly architecture: string;
  /** Which of several kinds of that release, for example `cloud`; `default` by default. */
  readonly variant?: string;
  /** Name of the version. Starts with the date as YYYYMMDD, for example `20261101` or `20261101_0742`. */
  readonly serial: string;
}

/** Where a payload file is served, with what the stream says of it. */
export interface FileDigest {
  /** Path below the root of the stream, without a leading slash. */
  readonly path: string;
  /** Length in bytes. */
  readonly sizeBytes: number;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a container's root file system may come as. */
export type RootfsType = "squashfs" | "root.tar.xz";

/** An image as the documents list it. */
export interface DescribedImage extends StreamImageNames {
  /** The metadata tarball. */
  readonly metadata: FileDigest;
  /** The root file system of containers; undefined when there is none. */
  readonly rootfs: FileDigest | undefined;
  /** Item type of the root file system. */
  readonly rootfsType: RootfsType;
  /** The disk of virtual machines; undefined when there is none. */
  readonly disk: FileDigest | undefined;
  /** SHA-256 of metadata and root file system one after the other: the fingerprint of the container's image. */
  readonly combinedSha256: string;
  /** The same of metadata and disk. */
  readonly combinedDiskSha256: string;
}

/** The documents of a stream by their path, for example `streams/v1/index.json`. */
export type StreamDocuments = ReadonlyMap<string, object>;

const contentId = "images";

/**
 * Builds the index and the products file of a stream; `extension` is `sjson` for those of a stream that is signed.
 *
 * Images of one operating system, release and architecture become versions of one product. Each version offers its
 * metadata as `lxd.tar.xz` and as `incus.tar.xz`, because each family ignores the other's item.
 */
export function buildStreamDocuments(
  images: readonly DescribedImage[],
  extension: "json" | "sjson" = "json",
): StreamDocuments {
  const productsPath = `streams/v1/images.${extension}`;
  const products: Record<string, Product> = {};
  for (const image of images) {
    const key = `${image.os}:${image.release}:${image.architecture}:${image.variant ?? "default"}`;
    const known = products[key];
    const versions = { ...known?.versions, [image.serial]: { label: "release", items: itemsOf(image) } };
    products[key] = { ...productOf(image, known), versions };
  }
  const head = { datatype: "image-downloads", format: "products:1.0" };
  const index = { [contentId]: { ...head, path: productsPath, products: Object.keys(products) } };
  return new Map<string, object>([
    [`streams/v1/index.${extension}`, { format: "index:1.0", index }],
    [productsPath, { content_id: contentId, ...head, products }],
  ]);
}

interface Product {
  readonly aliases: string;
  readonly arch: string;
  readonly os: string;
  readonly release: string;
  readonly release_title: string;
  readonly variant?: string;
  readonly version?: string;
  readonly versions: Readonly<Record<string, object>>;
}

function productOf(image: DescribedImage, known: Product | undefined): Omit<Product, "versions"> {
  const aliases = new Set([...(known?.aliases.split(",") ?? []), ...image.aliases]);
  return {
    aliases: [...aliases].filter((alias) => alias !== "").join(","),
    arch: image.architecture,
    os: image.os,
    release: image.release,
    release_title: image.releaseTitle ?? image.release,
    ...(image.variant === undefined ? {} : { variant: image.variant }),
    ...(image.version === undefined ? {} : { version: image.version }),
  };
}

/** The metadata field with the fingerprint, by the type of the root file system. */
const combinedFields: Readonly<Record<RootfsType, string>> = {
  squashfs: "combined_squashfs_sha256",
  "root.tar.xz": "combined_rootxz_sha256",
};

function itemsOf({ metadata: file, rootfs, rootfsType, disk, ...image }: DescribedImage): object {
  const metadata = {
    ...itemOf(file),
    ...(rootfs === undefined ? {} : { [combinedFields[rootfsType]]: image.combinedSha256 }),
    ...(disk === undefined ? {} : { "combined_disk-kvm-img_sha256": image.combinedDiskSha256 }),
  };
  return {
    "lxd.tar.xz": { ftype: "lxd.tar.xz", ...metadata },
    "incus.tar.xz": { ftype: "incus.tar.xz", ...metadata },
    ...(rootfs === undefined ? {} : { [rootfsType]: { ftype: rootfsType, ...itemOf(rootfs) } }),
    ...(disk === undefined ? {} : { "disk-kvm.img": { ftype: "disk-kvm.img", ...itemOf(disk) } }),
  };
}

function itemOf(file: FileDigest): object {
  return { path: file.path, size: file.sizeBytes, sha256: file.sha256 };
}
