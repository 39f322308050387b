export { findStreamImage, type FindStreamImageOptions } from "./find-stream-image.ts";
export { SimplestreamsError } from "./simplestreams-error.ts";
export type { StreamImage, StreamImageFile } from "./stream-image.ts";
