import { gzipSync } from "node:zlib";
import type { Flavour } from "@lxdkit/protocol";

const algorithms = ["bzip2", "gzip", "lz4", "lzma", "none", "xz", "zstd"];

/** What is wrong with a compression algorithm, in the family's words; undefined when it is known. */
export function compressionProblem(flavour: Flavour, algorithm: string): string | undefined {
  if (algorithms.includes(algorithm)) return undefined;
  return flavour === "lxd"
    ? `Invalid compression algorithm "${algorithm}"`
    : `Compression algorithm "${algorithm}" isn't currently supported`;
}

/** Packs an archive. What Node cannot pack is packed by gzip, which readers tell from its first bytes. */
export function compress(archive: Buffer, algorithm: string): Buffer {
  return algorithm === "none" ? archive : gzipSync(archive);
}
