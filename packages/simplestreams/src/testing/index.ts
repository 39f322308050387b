export {
  buildStreamDocuments,
  type DescribedImage,
  type FileDigest,
  type StreamDocuments,
  type StreamImageNames,
} from "./stream-documents.ts";
export { describeImage, type PublishedImage } from "./published-image.ts";
export {
  type LoggedRequest,
  type SimplestreamsHost,
  type SimplestreamsHostOptions,
  startSimplestreamsHost,
} from "./simplestreams-host.ts";
