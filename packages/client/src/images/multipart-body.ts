import type { Content } from "@lxdkit/transport";
import { measuredContent, sizeOf } from "../measured-content.ts";

/** One file of a `multipart/form-data` body. */
export interface MultipartFile {
  readonly name: string;
  readonly filename?: string | undefined;
  readonly content: Content;
  /** Bytes of a content that is a stream. */
  readonly sizeBytes?: number | undefined;
}

/**
 * Frames files as `multipart/form-data` (RFC 7578), in the given order; each is read when it is its turn.
 *
 * @param boundary must not be in the files.
 * @yields the body.
 */
export async function* multipartBody(
  boundary: string,
  files: readonly MultipartFile[],
  onTaken: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for (const [index, file] of files.entries()) {
    yield* measuredContent(headOf(boundary, file, index), undefined, onTaken);
    yield* measuredContent(file.content, sizeOf(file.content, file.sizeBytes), onTaken);
  }
  yield* measuredContent(tailOf(boundary), undefined, onTaken);
}

/** Bytes of the whole body; undefined when the size of a file was not given. */
export function multipartSize(boundary: string, files: readonly MultipartFile[]): number | undefined {
  let size = tailOf(boundary).length;
  for (const [index, file] of files.entries()) {
    const fileSize = sizeOf(file.content, file.sizeBytes);
    if (fileSize === undefined) return undefined;
    size += headOf(boundary, file, index).length + fileSize;
  }
  return size;
}

function headOf(boundary: string, { name, filename }: MultipartFile, index: number): Uint8Array {
  const lines = [
    `${index === 0 ? "" : "\r\n"}--${boundary}`,
    `Content-Disposition: form-data; name="${quoted(name)}"${filename === undefined ? "" : `; filename="${quoted(filename)}"`}`,
    "Content-Type: application/octet-stream",
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
}

function tailOf(boundary: string): Uint8Array {
  return Buffer.from(`\r\n--${boundary}--\r\n`);
}

/** Text between quotes; what would end the line is percent-encoded, as browsers do. */
function quoted(text: string): string {
  return text
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(/\p{Cc}/gu, (character) => encodeURIComponent(character));
}
