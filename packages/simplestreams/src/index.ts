export type { StreamAlias } from "./alias-table.ts";
export type { StreamCacheOptions } from "./document-cache.ts";
export {
  type DownloadedImage,
  type DownloadImageOptions,
  type DownloadProgress,
  downloadStreamImage,
} from "./download-image.ts";
export { findStreamImage, type FindStreamImageOptions } from "./find-stream-image.ts";
export type { ListedImage } from "./listed-image.ts";
export type { SkippedPath } from "./publishing/image-folder.ts";
export { type PublishedStream, publishStream, type PublishStreamOptions } from "./publishing/publish-stream.ts";
export { readStream, type ReadStreamOptions } from "./read-stream.ts";
export { SimplestreamsError, type SimplestreamsErrorOptions } from "./simplestreams-error.ts";
export type { StreamImage, StreamImageFile } from "./stream-image.ts";
export type { StreamRootOptions } from "./stream-root.ts";
export type { Stream, StreamFilter, StreamImageChoice } from "./stream.ts";
export type { StreamProxy } from "./stream-proxy.ts";
export type { StreamKeyring } from "./verify-signature.ts";
