// The client
export { type Client, type ClientPlace, createClient } from "./client.ts";
export type {
  AllProjectsOptions,
  CallOptions,
  ChangeOptions,
  FilterOptions,
  Tagged,
  TargetOptions,
} from "./call-options.ts";

// Resources
export type { ImageAliasesApi } from "./images/image-aliases.ts";
export type { ImagePatch, ImagesApi, ImageSecret, ListImagesOptions, ReadImageOptions } from "./images/images.ts";
export type { ImageDescription } from "./images/upload-headers.ts";
export type { ImageFile, ImageUpload, UploadImageOptions } from "./images/upload-image.ts";
export type { ExportedImage, ExportedImageFile, ImageFileKind, ImageFileReader } from "./images/export-image.ts";
export type { InstanceBackupsApi } from "./instances/instance-backups.ts";
export type { InstanceConsoleLogApi } from "./instances/instance-console-log.ts";
export type { InstanceLogFilesApi, InstanceLogsApi } from "./instances/instance-logs.ts";
export type { InstanceMetadataApi } from "./instances/instance-metadata.ts";
export type { InstanceSnapshotsApi } from "./instances/instance-snapshots.ts";
export type { InstanceTemplatesApi } from "./instances/instance-templates.ts";
export type { InstanceImport, InstanceImportOptions } from "./instances/import-instance.ts";
export type { InstancePatch, InstancesApi, ListInstancesOptions } from "./instances/instances.ts";
export type { OnProgress, TransferProgress } from "./measured-content.ts";
export type { OperationsApi, WaitCallOptions } from "./operations.ts";
export type { ChangeServerOptions, ServerApi } from "./server.ts";

// Copies
export { type CopiedImage, copyImage, type CopyImageOptions, type CopyImageSource } from "./images/copy-image.ts";
export {
  copyInstance,
  type CopyInstanceOptions,
  type CopyInstanceSource,
  type CopyInstanceTarget,
} from "./instances/copy-instance.ts";
export type { CopyAttempt, CopyMode, CopyModeOptions, CopyOutcome, FailedMode } from "./copy-modes.ts";
export type { CopyServer } from "./server-reach.ts";

// Operations and events
export type { EventHub, HubListener, HubReadyOptions } from "./event-hub.ts";
export type { OperationHandle } from "./operation-handle.ts";
export type { WaitOperationOptions } from "./wait-operation.ts";

// Errors
export { OperationError } from "./operation-error.ts";
export { ProtocolError } from "./protocol-error.ts";
