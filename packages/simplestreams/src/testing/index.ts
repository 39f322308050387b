export {
  buildStreamDocuments,
  type DescribedImage,
  type FileDigest,
  type RootfsType,
  type StreamDocuments,
  type StreamImageNames,
} from "./stream-documents.ts";
export { describeImage, type FalseClaims, type PublishedImage } from "./published-image.ts";
export type { PlantedDefect, StreamDefect, StreamDefects } from "./stream-defect.ts";
export { createGpgSigner, type GpgSigner, type StreamSigner } from "./stream-signer.ts";
export {
  type LoggedRequest,
  type SimplestreamsHost,
  type SimplestreamsHostOptions,
  startSimplestreamsHost,
} from "./simplestreams-host.ts";
