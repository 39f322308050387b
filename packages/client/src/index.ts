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

// Any request
export type { ApiAnswer, ApiCall, ApiCallOptions } from "./api/api-call.ts";

// Resources
export type { AddWithTokenOptions, AddWithTokenResult } from "./certificates/add-with-token.ts";
export type { CertificatesApi } from "./certificates/certificates.ts";
export { type JoinedServer, joinWithToken, type JoinWithTokenOptions } from "./certificates/join-with-token.ts";
export type { CreatedTrustToken, CreateTokenInput, TrustTokenEntry } from "./certificates/trust-tokens.ts";
export type { ClusterApi } from "./cluster/cluster.ts";
export type { ClusterGroupsApi } from "./cluster/groups.ts";
export type { CreatedJoinToken } from "./cluster/join-token.ts";
export type { ClusterMembersApi, DeleteClusterMemberOptions } from "./cluster/members.ts";
export type { ImageAliasesApi } from "./images/image-aliases.ts";
export { pointAlias } from "./images/point-alias.ts";
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
export type { ListNetworkAclsOptions, NetworkAclsApi } from "./networks/network-acls.ts";
export type { NetworkAllocationsApi } from "./networks/network-allocations.ts";
export type { NetworkForwardsApi } from "./networks/network-forwards.ts";
export type { NetworkIntegrationsApi } from "./networks/network-integrations.ts";
export type { NetworkLoadBalancersApi } from "./networks/network-load-balancers.ts";
export type { NetworkPeersApi } from "./networks/network-peers.ts";
export type { NetworkZoneRecordsApi } from "./networks/network-zone-records.ts";
export type { ListNetworkZonesOptions, NetworkZonesApi } from "./networks/network-zones.ts";
export type { ListNetworksOptions, NetworksApi } from "./networks/networks.ts";
export type { OpenSocketOptions, OperationsApi, WaitCallOptions } from "./operations.ts";
export type { ListProfilesOptions, ProfilesApi } from "./profiles.ts";
export type { DeleteProjectOptions, ProjectsApi } from "./projects.ts";
export type { ChangeServerOptions, ServerApi } from "./server.ts";
export type { BucketAddress } from "./storage/bucket-address.ts";
export type { StorageBucketBackupsApi } from "./storage/storage-bucket-backups.ts";
export type { StorageBucketKeysApi } from "./storage/storage-bucket-keys.ts";
export type { ListBucketsOptions, StorageBucketsApi } from "./storage/storage-buckets.ts";
export type { StoragePoolsApi } from "./storage/storage-pools.ts";
export type { StorageVolumeBackupsApi } from "./storage/storage-volume-backups.ts";
export type { StorageVolumeSnapshotsApi } from "./storage/storage-volume-snapshots.ts";
export type { ImportVolumeOptions, ListVolumesOptions, StorageVolumesApi } from "./storage/storage-volumes.ts";
export type { VolumeAddress, VolumeType } from "./storage/volume-address.ts";
export type { WarningsApi } from "./warnings.ts";

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

// Commands and consoles
export type { DetachedExec, ExecApi } from "./exec/exec.ts";
export type { ExecOptions } from "./exec/exec-options.ts";
export type { ExecExit } from "./exec/exit-status.ts";
export type { LinuxSignal } from "./exec/linux-signal.ts";
export type { ExecSession, OpenExecOptions } from "./exec/open-exec.ts";
export type { RecordedExec, RecordExecOptions } from "./exec/record-exec.ts";
export type { ExecInput, ExecResult, RunExecOptions } from "./exec/run-exec.ts";
export type { ConsoleApi } from "./console/console.ts";
export type { ConsoleSession, OpenConsoleOptions } from "./console/open-console.ts";
export type { OpenVgaOptions, VgaChannel, VgaConsole } from "./console/open-vga.ts";
export type { TerminalSize } from "./session/session-control.ts";

// Files
export type { FilesApi } from "./files/files.ts";
export type { FileProgress, OnFileProgress } from "./files/file-progress.ts";
export type { PullFileOptions } from "./files/pull-file.ts";
export type { TreeOptions, TreeResult } from "./files/pull-tree.ts";
export type { PushFileOptions } from "./files/push-file.ts";
export type { PushTreeOptions } from "./files/push-tree.ts";
export type { FileStat, InstanceFile } from "./files/read-file.ts";
export type {
  DeleteFileOptions,
  MakeDirectoryOptions,
  NewFileAttributes,
  WriteFileOptions,
} from "./files/write-file.ts";

// Operations and events
export type { EventHub, HubListener, HubReadyOptions } from "./event-hub.ts";
export type { EventsApi, EventWatch, WatchEventsOptions } from "./events/watch-events.ts";
export type { ResyncNotice, WatchedEvent, WatchedEventBase } from "./events/watched-event.ts";
export type { OperationHandle } from "./operation-handle.ts";
export type { WaitOperationOptions } from "./wait-operation.ts";

// Diagnostics
export type { OperationUpdateMessage } from "./operation-diagnostics.ts";

// Errors
export { isAway } from "./is-away.ts";
export { FileError } from "./files/file-error.ts";
export { SessionError } from "./session/session-error.ts";
export { OperationError } from "./operation-error.ts";
export { ProtocolError } from "./protocol-error.ts";
