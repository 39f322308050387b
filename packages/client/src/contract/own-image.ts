import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** A small image that no other case has. */
export interface OwnImage extends AsyncDisposable {
  readonly folder: string;
  /** One tarball with everything. */
  readonly unified: Buffer;
  readonly metadata: Buffer;
  readonly rootfs: Buffer;
  /** SHA-256 of the tarball, and of the two files together. */
  readonly fingerprints: { readonly unified: string; readonly split: string };
}

/** Packs an image with `name` as its property `name`. */
export async function ownImage(name: string): Promise<OwnImage> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-image-"));
  const metadataYaml = {
    architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
    creation_date: 1_760_000_000,
    properties: { name },
  };
  await writeFile(join(folder, "metadata.yaml"), JSON.stringify(metadataYaml));
  await mkdir(join(folder, "rootfs/etc"), { recursive: true });
  await writeFile(join(folder, "rootfs/etc/hostname"), `${name}\n`);
  const tar = async (file: string, from: string, ...members: readonly string[]): Promise<Buffer> => {
    await promisify(execFile)("tar", ["-cf", join(folder, file), "-C", join(folder, from), ...members]);
    return readFile(join(folder, file));
  };
  const unified = await tar("unified.tar", ".", "metadata.yaml", "rootfs");
  const metadata = await tar("metadata.tar", ".", "metadata.yaml");
  const rootfs = await tar("rootfs.tar", "rootfs", ".");
  return {
    folder,
    unified,
    metadata,
    rootfs,
    fingerprints: { unified: sha256(unified), split: sha256(Buffer.concat([metadata, rootfs])) },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
