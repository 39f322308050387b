import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { DescribedImage, FileDigest, RootfsType, StreamImageNames } from "./stream-documents.ts";

/** An image to publish: its names and its files, each as the path of a file or as its content. */
export interface PublishedImage extends StreamImageNames {
  /** The metadata tarball (`lxd.tar.xz`). */
  readonly metadata: string | Buffer;
  /** The root file system of containers; none by default. */
  readonly rootfs?: string | Buffer;
  /** What the root file system is; `squashfs` by default. */
  readonly rootfsType?: RootfsType;
  /** The disk of virtual machines, under the same aliases; none by default. */
  readonly disk?: string | Buffer;
  /** What the stream shall say of its files that is not true; the truth by default. */
  readonly claims?: FalseClaims;
}

/** Lies about the root file system, or about the disk where there is no root file system. */
export interface FalseClaims {
  readonly sizeBytes?: number;
  readonly sha256?: string;
  /** The fingerprint of the image. */
  readonly combinedSha256?: string;
}

/** A file that an image brings, with the path under which it is served. */
export interface PublishedFile {
  readonly path: string;
  readonly content: string | Buffer;
}

/** The files of an image: metadata, root file system and disk. */
export function filesOf(image: PublishedImage): {
  readonly metadata: PublishedFile;
  readonly rootfs: PublishedFile | undefined;
  readonly disk: PublishedFile | undefined;
} {
  const { os, release, architecture, variant, serial, metadata, rootfs, rootfsType = "squashfs", disk } = image;
  const folder = ["images", os, release, architecture, ...(variant === undefined ? [] : [variant]), serial].join("/");
  const name = rootfsType === "squashfs" ? "rootfs.squashfs" : rootfsType;
  return {
    metadata: { path: `${folder}/lxd.tar.xz`, content: metadata },
    rootfs: rootfs === undefined ? undefined : { path: `${folder}/${name}`, content: rootfs },
    disk: disk === undefined ? undefined : { path: `${folder}/disk.qcow2`, content: disk },
  };
}

/**
 * Reads the files of an image and gives their sizes and hashes, as they are, or as it claims them to be.
 *
 * Rejects with the file system's own error when a file cannot be read.
 */
export async function describeImage(image: PublishedImage): Promise<DescribedImage> {
  const files = filesOf(image);
  const metadata = await digest([files.metadata]);
  const rootfs = files.rootfs && (await digest([files.rootfs]));
  const disk = files.disk && (await digest([files.disk]));
  const combined = await digest([files.metadata, ...(files.rootfs === undefined ? [] : [files.rootfs])]);
  const combinedDisk = await digest([files.metadata, ...(files.disk === undefined ? [] : [files.disk])]);
  const { metadata: _metadata, rootfs: _rootfs, disk: _disk, claims = {}, rootfsType = "squashfs", ...names } = image;
  const { combinedSha256, ...file } = claims;
  const isDiskMeant = rootfs === undefined;
  return {
    ...names,
    rootfsType,
    metadata,
    rootfs: rootfs && { ...rootfs, ...file },
    disk: disk && { ...disk, ...(isDiskMeant ? file : {}) },
    combinedSha256: (isDiskMeant ? undefined : combinedSha256) ?? combined.sha256,
    combinedDiskSha256: (isDiskMeant ? combinedSha256 : undefined) ?? combinedDisk.sha256,
  };
}

/** Size and hash of files one after the other; the path is that of the first one. */
async function digest(files: readonly PublishedFile[]): Promise<FileDigest> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for (const { content } of files) {
    for await (const chunk of typeof content === "string" ? createReadStream(content) : [content]) {
      const bytes = chunk as Buffer;
      hash.update(bytes);
      sizeBytes += bytes.length;
    }
  }
  return { path: files[0]?.path ?? "", sizeBytes, sha256: hash.digest("hex") };
}
