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

/** An image as the documents list it. */
export interface DescribedImage extends StreamImageNames {
  /** The metadata tarball. */
  readonly metadata: FileDigest;
  /** The root file system. */
  readonly rootfs: FileDigest;
  /** Item type of the root file system. */
  readonly rootfsType: "squashfs";
  /** SHA-256 of metadata and root file system one after the other: the image's fingerprint. */
  readonly combinedSha256: string;
}

/** The documents of a stream by their path, for example `streams/v1/index.json`. */
export type StreamDocuments = ReadonlyMap<string, object>;

const contentId = "images";
const productsPath = "streams/v1/images.json";

/**
 * Builds the index and the products file of a stream.
 *
 * Images of one operating system, release and architecture become versions of one product. Each version offers its
 * metadata as `lxd.tar.xz` and as `incus.tar.xz`, because each family ignores the other's item.
 */
export function buildStreamDocuments(images: readonly DescribedImage[]): StreamDocuments {
  const products: Record<string, Product> = {};
  for (const image of images) {
    const key = `${image.os}:${image.release}:${image.architecture}:default`;
    const known = products[key];
    const versions = { ...known?.versions, [image.serial]: { label: "release", items: itemsOf(image) } };
    products[key] = { ...productOf(image, known), versions };
  }
  const head = { datatype: "image-downloads", format: "products:1.0" };
  const index = { [contentId]: { ...head, path: productsPath, products: Object.keys(products) } };
  return new Map<string, object>([
    ["streams/v1/index.json", { format: "index:1.0", index }],
    [productsPath, { content_id: contentId, ...head, products }],
  ]);
}

interface Product {
  readonly aliases: string;
  readonly arch: string;
  readonly os: string;
  readonly release: string;
  readonly release_title: string;
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
    ...(image.version === undefined ? {} : { version: image.version }),
  };
}

function itemsOf(image: DescribedImage): object {
  const metadata = { ...itemOf(image.metadata), [`combined_${image.rootfsType}_sha256`]: image.combinedSha256 };
  return {
    "lxd.tar.xz": { ftype: "lxd.tar.xz", ...metadata },
    "incus.tar.xz": { ftype: "incus.tar.xz", ...metadata },
    [image.rootfsType]: { ftype: image.rootfsType, ...itemOf(image.rootfs) },
  };
}

function itemOf(file: FileDigest): object {
  return { path: file.path, size: file.sizeBytes, sha256: file.sha256 };
}
