import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { type ImageFolder, readImageFolders, type SkippedPath } from "./image-folder.ts";
import { type VersionItems, versionItems } from "./version-items.ts";

/** Options of {@link publishStream}. */
export interface PublishStreamOptions {
  /** Whose servers get the images; both families by default. */
  readonly flavours?: readonly Flavour[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a tree offers. */
export interface PublishedStream {
  /** Names of the products, sorted. */
  readonly products: readonly string[];
  /** How many versions of them there are. */
  readonly versionCount: number;
  /** What was left out, and why. */
  readonly skipped: readonly SkippedPath[];
}

const productsPath = "streams/v1/images.json";

/**
 * Makes a folder of images a simplestreams server: whatever serves the folder over HTTPS is one then.
 *
 * Each version of an image lies in `images/OS/RELEASE/ARCHITECTURE/VARIANT/SERIAL/`: its metadata (`lxd.tar.xz` or
 * `incus.tar.xz`; one serves both families), and a root file system (`rootfs.squashfs`, `rootfs.tar.xz`), a disk
 * (`disk.qcow2`) or several of them; or an image in one file (`lxd_combined.tar.gz`, `incus_combined.tar.gz`). An
 * `image.json` in the VARIANT folder may give aliases and more. Writes `streams/v1/images.json` and then
 * `streams/v1/index.json`, each at once and only when it changes.
 *
 * Rejects with the file system's own error, also when there is no folder `images`.
 *
 * @throws {SimplestreamsError} `BAD_IMAGE_NOTES`.
 */
export async function publishStream(root: string, options: PublishStreamOptions = {}): Promise<PublishedStream> {
  const { flavours = ["lxd", "incus"], signal } = options;
  const { folders, skipped } = await readImageFolders(root);
  const left = [...skipped];
  const skip = (path: SkippedPath): void => void left.push(path);
  const products = new Map<string, { readonly folder: ImageFolder; readonly versions: Map<string, VersionItems> }>();
  for (const folder of folders) {
    signal?.throwIfAborted();
    const items = await versionItems(root, folder, flavours, { skip, signal });
    if (items === undefined) continue;
    const { os, release, architecture, variant, serial } = folder;
    const name = [os, release, architecture, variant].join(":");
    const product = products.get(name) ?? { folder, versions: new Map<string, VersionItems>() };
    product.versions.set(serial, items);
    products.set(name, product);
  }
  const names = [...products.keys()].toSorted();
  const head = { datatype: "image-downloads", format: "products:1.0" };
  await mkdir(join(root, "streams/v1"), { recursive: true });
  await writeDocument(join(root, productsPath), {
    content_id: "images",
    ...head,
    products: Object.fromEntries(
      [...products].map(([name, { folder, versions }]) => [
        name,
        { ...productOf(folder), versions: toObject(versions) },
      ]),
    ),
  });
  const index = { images: { ...head, path: productsPath, products: names } };
  await writeDocument(join(root, "streams/v1/index.json"), { format: "index:1.0", index });
  const versionCount = [...products.values()].reduce((sum, { versions }) => sum + versions.size, 0);
  return { products: names, versionCount, skipped: left };
}

function toObject(versions: ReadonlyMap<string, VersionItems>): object {
  return Object.fromEntries([...versions].map(([serial, items]) => [serial, { items }]));
}

function productOf({ os, release, architecture, variant, notes }: ImageFolder): object {
  const name = `${os}/${release}`;
  const usual = variant === "default" ? [name, `${name}/default`] : [`${name}/${variant}`];
  const { aliases = usual, releaseTitle = release, version, supportEol, requirements } = notes;
  return {
    aliases: aliases.join(","),
    arch: architecture,
    os,
    release,
    release_title: releaseTitle,
    variant,
    ...(version === undefined ? {} : { version }),
    ...(supportEol === undefined ? {} : { support_eol: supportEol }),
    // Each family reads the name that it knows.
    ...(requirements === undefined ? {} : { requirements, lxd_requirements: requirements }),
  };
}

/** Leaves a file alone that says the same, so that its time of change is true. */
async function writeDocument(path: string, document: object): Promise<void> {
  const text = `${JSON.stringify(document)}\n`;
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before === text) return;
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await writeFileAtomic(path, text);
}
