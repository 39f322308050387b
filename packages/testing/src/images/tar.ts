import { gunzipSync } from "node:zlib";

const blockSize = 512;

/** One member of a tar archive. */
export interface TarMember {
  /** Its path without `./` in front; ends in a slash for a folder. */
  readonly path: string;
  readonly content: Buffer;
  /** Whether it is a folder though its path does not end in a slash, when it is written. */
  readonly isFolder?: boolean;
}

/** Reads a tar archive, packed by gzip or plain; undefined when the bytes are none. */
export function readTar(bytes: Buffer): readonly TarMember[] | undefined {
  try {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const archive = isPacked ? gunzipSync(bytes) : bytes;
    if (archive.toString("latin1", 257, 262) !== "ustar") return undefined;
    return members(archive);
  } catch {
    return undefined;
  }
}

function members(archive: Buffer): readonly TarMember[] {
  const found: TarMember[] = [];
  for (let at = 0; at + blockSize <= archive.length;) {
    const name = archive.toString("utf8", at, at + 100).replace(/\0.*$/s, "");
    if (name === "") break;
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8) || 0;
    const start = at + blockSize;
    found.push({ path: name.replace(/^\.\//, ""), content: archive.subarray(start, start + size) });
    at = start + Math.ceil(size / blockSize) * blockSize;
  }
  return found;
}

/** Writes a plain tar archive; the same members give the same bytes. */
export function writeTar(list: readonly TarMember[]): Buffer {
  const blocks = list.flatMap(({ path, content, isFolder = path.endsWith("/") }) => {
    const padding = Buffer.alloc((blockSize - (content.length % blockSize)) % blockSize);
    return [header(path, content.length, isFolder), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

function header(path: string, size: number, isFolder: boolean): Buffer {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, "0")}\0`;
  block.write(path, 0);
  block.write(octal(isFolder ? 0o755 : 0o644, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write("        ", 148);
  block.write(isFolder ? "5" : "0", 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
