import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { LxdkitError } from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import { attachedName, headerOf, lengthOf } from "./file-headers.ts";
import { readMultipartFiles } from "./multipart-files.ts";

/** What an image's file is. */
export type ImageFileKind = "unified" | "metadata" | "rootfs" | "rootfs.img";

/** A file of an image that is being exported. */
export interface ExportedImageFile {
  /** `unified`: everything in one file; `rootfs.img`: the disk of a virtual machine. */
  readonly kind: ImageFileKind;
  /** What the server calls it. */
  readonly filename: string;
  /** Known beforehand for an image of one file. */
  readonly sizeBytes: number | undefined;
  readonly content: AsyncIterable<Uint8Array>;
}

/** Takes a file of an image; resolves when it has read what it wants of it. */
export type ImageFileReader = (file: ExportedImageFile) => Promise<void>;

/** An image that was exported. */
export interface ExportedImage {
  /** Of what was received. */
  readonly fingerprint: string;
  readonly files: readonly { readonly kind: ImageFileKind; readonly filename: string; readonly sizeBytes: number }[];
}

const kinds: ReadonlySet<string> = new Set<ImageFileKind>(["metadata", "rootfs", "rootfs.img"]);

/** Hands the files of an answer to `read`. See {@link ImagesApi.exportFiles}. */
export async function exportImageFiles(
  { headers, body }: StreamedResponse,
  expected: string,
  read: ImageFileReader,
): Promise<ExportedImage> {
  const hash = createHash("sha256");
  const files: { kind: ImageFileKind; filename: string; sizeBytes: number }[] = [];
  const take = async (file: Omit<ExportedImageFile, "content">, content: Readable): Promise<void> => {
    let [sizeBytes, isEnded] = [0, false];
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const piece of content as AsyncIterable<Buffer>) {
        hash.update(piece);
        sizeBytes += piece.length;
        yield piece;
      }
      isEnded = true;
    }
    await read({ ...file, content: hashed() });
    if (!isEnded) throw new TypeError(`the file ${file.kind} of an exported image must be read to its end`);
    files.push({ kind: file.kind, filename: file.filename, sizeBytes });
  };
  const contentType = headerOf(headers, "content-type");
  if (contentType.startsWith("multipart/")) {
    await readMultipartFiles(contentType, body, ({ name, filename = name, content }) => {
      if (!kinds.has(name))
        throw new LxdkitError(`an image has no file ${JSON.stringify(name)}`, { code: "BAD_ANSWER" });
      return take({ kind: name as ImageFileKind, filename, sizeBytes: undefined }, content);
    });
  } else {
    try {
      await take({ kind: "unified", filename: attachedName(headers), sizeBytes: lengthOf(headers) }, body);
    } finally {
      body.destroy();
    }
  }
  const fingerprint = hash.digest("hex");
  if (fingerprint.startsWith(expected.toLowerCase())) return { fingerprint, files };
  throw new LxdkitError(`the image that was received is ${fingerprint}, not ${expected}`, {
    code: "FINGERPRINT_MISMATCH",
    hint: "The image is damaged on the server or on the way: export it again.",
  });
}
