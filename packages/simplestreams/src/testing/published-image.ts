import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { DescribedImage, FileDigest, StreamImageNames } from "./stream-documents.ts";

/** An image to publish: its names and its two files. */
export interface PublishedImage extends StreamImageNames {
  /** The metadata tarball (`lxd.tar.xz`), as the path of a file or as its content. */
  readonly metadata: string | Buffer;
  /** The root file system, as the path of a file or as its content. */
  readonly rootfs: string | Buffer;
  /** What the root file system is. */
  readonly rootfsType: "squashfs";
}

/**
 * Reads both files of an image once and gives their sizes and hashes.
 *
 * Rejects with the file system's own error when a file cannot be read.
 */
export async function describeImage(image: PublishedImage): Promise<DescribedImage> {
  const folder = ["images", image.os, image.release, image.architecture, image.serial].join("/");
  const combined = createHash("sha256");
  const metadata = await digest(image.metadata, `${folder}/lxd.tar.xz`, combined);
  const rootfs = await digest(image.rootfs, `${folder}/rootfs.${image.rootfsType}`, combined);
  const { metadata: _metadata, rootfs: _rootfs, ...names } = image;
  return { ...names, metadata, rootfs, combinedSha256: combined.digest("hex") };
}

async function digest(content: string | Buffer, path: string, combined: Hash): Promise<FileDigest> {
  const own = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of typeof content === "string" ? createReadStream(content) : [content]) {
    const bytes = chunk as Buffer;
    own.update(bytes);
    combined.update(bytes);
    sizeBytes += bytes.length;
  }
  return { path, sizeBytes, sha256: own.digest("hex") };
}
