import { randomUUID } from "node:crypto";
import { flavourOf, headerPrefix, type InstanceType } from "@lxdkit/protocol";
import type { Content, StreamedResponse } from "@lxdkit/transport";
import { begin } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { countProgress, measuredContent, type OnProgress, sizeOf } from "../measured-content.ts";
import type { OperationHandle, Settle } from "../operation-handle.ts";
import { settleDeletion } from "../settle.ts";
import { attachedName, headerOf, lengthOf } from "./file-headers.ts";
import { multipartBody, type MultipartFile, multipartSize } from "./multipart-body.ts";
import { type ImageDescription, uploadHeaders } from "./upload-headers.ts";

/** One file of an image. */
export interface ImageFile {
  readonly content: Content;
  /** Bytes of a content that is a stream; checked while it is sent. */
  readonly sizeBytes?: number | undefined;
  /** What the server calls it; of two files, the root file system's counts. */
  readonly filename?: string | undefined;
}

/** The files of an image: one with everything in it, or two, or what another server exports of one. */
export type ImageUpload =
  | { readonly exported: StreamedResponse }
  | { readonly unified: ImageFile }
  | {
      readonly metadata: ImageFile;
      readonly rootfs: ImageFile;
      /** What the root file system is for; a container unless given. */
      readonly type?: InstanceType | undefined;
    };

/** Options of {@link ImagesApi.upload}. */
export interface UploadImageOptions extends CallOptions, ImageDescription {
  readonly onProgress?: OnProgress | undefined;
}

/** Uploads the files of an image; none of them is held in memory as a whole. */
export async function uploadImage(
  context: ClientContext,
  route: "POST /1.0/images",
  upload: ImageUpload,
  options: UploadImageOptions,
): Promise<OperationHandle> {
  const { signal, timeoutMs, project, onProgress, ...description } = options;
  const prefix = headerPrefix(flavourOf(await context.info(signal)));
  const { contentType, totalBytes, content, filename } = prepare(upload);
  const progress = countProgress(totalBytes, onProgress);
  const { fingerprint, aliases } = description;
  const input = {
    signal,
    timeoutMs,
    project,
    content: content(progress.add),
    headers: {
      "content-type": contentType,
      ...(totalBytes === undefined ? {} : { "content-length": String(totalBytes) }),
      ...uploadHeaders(prefix, { filename, ...description }),
    },
    extension: aliases === undefined ? undefined : ("image_import_alias" as const),
  };
  const settle = fingerprint === undefined ? undefined : settleUpload(context, fingerprint, project);
  const handle = await begin(context, route, input, settle);
  progress.end();
  return handle;
}

/** An image is listed once all of it is there. */
function settleUpload(context: ClientContext, fingerprint: string, project: string | undefined): Settle {
  const item = "GET /1.0/images/{fingerprint}";
  const isMissing = settleDeletion(context, item, { project, path: { fingerprint } });
  return async (signal) => (await isMissing(signal)) !== true;
}

interface PreparedUpload {
  readonly contentType: string;
  readonly totalBytes: number | undefined;
  readonly content: (onTaken: (bytes: number) => void) => AsyncIterable<Uint8Array>;
  readonly filename: string | undefined;
}

function prepare(upload: ImageUpload): PreparedUpload {
  if ("exported" in upload) {
    const { headers, body } = upload.exported;
    const totalBytes = lengthOf(headers);
    return {
      contentType: headerOf(headers, "content-type"),
      totalBytes,
      content: (onTaken) => measuredContent(body, totalBytes, onTaken),
      filename: attachedName(headers) || undefined,
    };
  }
  if ("unified" in upload) {
    const { content, sizeBytes, filename } = upload.unified;
    const totalBytes = sizeOf(content, sizeBytes);
    return {
      contentType: "application/octet-stream",
      totalBytes,
      content: (onTaken) => measuredContent(content, totalBytes, onTaken),
      filename,
    };
  }
  const rootfsPart = upload.type === "virtual-machine" ? "rootfs.img" : "rootfs";
  // The servers read them in this order.
  const files: readonly MultipartFile[] = [
    { name: "metadata", filename: "metadata", ...upload.metadata },
    { name: rootfsPart, filename: rootfsPart, ...upload.rootfs },
  ];
  const boundary = randomUUID();
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    totalBytes: multipartSize(boundary, files),
    content: (onTaken) => multipartBody(boundary, files, onTaken),
    filename: undefined,
  };
}
