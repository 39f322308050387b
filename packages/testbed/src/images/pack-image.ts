import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { execa } from "execa";

/** A built image in both of the forms that servers take. */
export interface BuiltImage {
  /** The metadata tarball of the split form. */
  readonly metadata: string;
  /** The root file system of the split form, a squashfs. */
  readonly rootfs: string;
  /** The unified form: metadata and root file system in one tarball; absent where nobody imports it locally. */
  readonly unified?: string;
  /** Fingerprint of the unified form: SHA-256 of the file. */
  readonly unifiedFingerprint?: string;
}

/** Options that make two packings of the same tree the same bytes. */
const sameBytes = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

/**
 * Packs `metadata.yaml`, `templates` (if there) and `rootfs` of a folder.
 *
 * @param folder - Holds the three; the packed files are written into `target`.
 */
export async function packImage(options: {
  readonly folder: string;
  readonly target: string;
  readonly metadataYaml: string;
  readonly withTemplates: boolean;
  readonly unified: boolean;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { folder, target, signal } = options;
  await writeFile(join(folder, "metadata.yaml"), options.metadataYaml);
  const settings = { stdin: "ignore", ...(signal === undefined ? {} : { cancelSignal: signal }) } as const;
  const head = ["metadata.yaml", ...(options.withTemplates ? ["templates"] : [])];
  await execa("tar", ["-C", folder, ...sameBytes, "-cJf", join(target, "lxd.tar.xz"), ...head], settings);
  // The image is read a few times and then thrown away: packing it quickly counts for more than its size.
  const compression = ["-comp", "zstd", "-Xcompression-level", "3"];
  const squashfs = ["-noappend", "-quiet", "-no-progress", "-all-time", "0", "-mkfs-time", "0", ...compression];
  await execa("mksquashfs", [join(folder, "rootfs"), join(target, "rootfs.squashfs"), ...squashfs], settings);
  if (options.unified) {
    const unified = join(target, "unified.tar.gz");
    await execa("tar", ["-C", folder, ...sameBytes, "-I", "gzip -n", "-cf", unified, ...head, "rootfs"], settings);
  }
}

/** Describes the files that {@link packImage} wrote into a folder. */
export async function readBuiltImage(folder: string, unified: boolean): Promise<BuiltImage> {
  const split = { metadata: join(folder, "lxd.tar.xz"), rootfs: join(folder, "rootfs.squashfs") };
  if (!unified) return split;
  const file = join(folder, "unified.tar.gz");
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return { ...split, unified: file, unifiedFingerprint: hash.digest("hex") };
}
