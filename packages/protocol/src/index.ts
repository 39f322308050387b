// Errors
export type { CommandResult, CommandRunner, RunOptions } from "./command-runner.ts";
export { LxdkitError, type LxdkitErrorOptions } from "./lxdkit-error.ts";
export { MultipleErrors } from "./multiple-errors.ts";

// Flavours and status codes
export { type Flavour, flavourTitle, headerPrefix } from "./flavour.ts";
export { isFinalStatus, statusCode, statusNames } from "./status-code.ts";

// The envelope, operations and events
export { type Envelope, envelopeSchema } from "./envelope.ts";
export { type Operation, operationSchema } from "./operation.ts";
export {
  type ImageCreatedMetadata,
  imageCreatedMetadataSchema,
  type ImageSecretMetadata,
  imageSecretMetadataSchema,
  type MigrationSecrets,
  migrationSecretsSchema,
  type OperationProgress,
  operationProgressSchema,
  operationsByStatusSchema,
  operationUrlsSchema,
  type SessionMetadata,
  sessionMetadataSchema,
  type TokenMetadata,
  tokenMetadataSchema,
  type TrustTokenRequest,
} from "./operation-metadata.ts";
export {
  type EventRequestor,
  type LifecycleEvent,
  lifecycleEventSchema,
  type LoggingEvent,
  loggingEventSchema,
  type ServerEvent,
  serverEventSchema,
} from "./event.ts";

// The server: what it is, has and can do
export {
  flavourOf,
  type ServerEnvironment,
  type ServerInfo,
  serverInfoSchema,
  type ServerPut,
  type ServerStorageDriver,
} from "./server-info.ts";
export {
  type ApiExtension,
  type ApiExtensionList,
  type ApiExtensionName,
  apiExtensions,
  hasExtension,
  MissingExtensionError,
  requireExtension,
} from "./api-extension.ts";
export { compareVersions, isVersionAtLeast, parseVersion, type Version } from "./version.ts";
export {
  type ConfigurationGroup,
  type ConfigurationKey,
  type ConfigurationMetadata,
  configurationMetadataSchema,
} from "./configuration-metadata.ts";
export { type Warning, type WarningPut, warningSchema } from "./warning.ts";

// The hardware of the server
export { type Resources, resourcesSchema } from "./resources/resources.ts";
export {
  type ResourcesCore,
  type ResourcesCpu,
  resourcesCpuSchema,
  type ResourcesSocket,
  type ResourcesThread,
} from "./resources/processor.ts";
export { type ResourcesMemory, type ResourcesMemoryNode, resourcesMemorySchema } from "./resources/memory.ts";
export type { HardwareDevice, HardwareName, ResourcesSriov } from "./resources/hardware.ts";
export {
  type ResourcesDrm,
  type ResourcesGpu,
  type ResourcesGpuCard,
  resourcesGpuSchema,
  type ResourcesMdev,
  type ResourcesNvidia,
} from "./resources/gpu.ts";
export {
  type ResourcesNetwork,
  type ResourcesNetworkCard,
  type ResourcesNetworkPort,
  resourcesNetworkSchema,
} from "./resources/network-card.ts";
export {
  type ResourcesDisk,
  type ResourcesPartition,
  type ResourcesStorage,
  resourcesStorageSchema,
} from "./resources/disk.ts";
export {
  type ResourcesPci,
  type ResourcesPciDevice,
  resourcesPciSchema,
  type ResourcesUsb,
  type ResourcesUsbDevice,
  type ResourcesUsbInterface,
  resourcesUsbSchema,
} from "./resources/bus-device.ts";
export {
  type ResourcesLoad,
  resourcesLoadSchema,
  type ResourcesSystem,
  resourcesSystemSchema,
} from "./resources/system.ts";

// Trust and access
export { type Certificate, type CertificatePut, certificateSchema, type CertificatesPost } from "./certificate.ts";
export { type AccessEntry, accessSchema } from "./access.ts";

// Clusters
export {
  type Cluster,
  type ClusterCertificatePut,
  type ClusterMemberConfigKey,
  type ClusterPut,
  clusterSchema,
} from "./cluster/cluster.ts";
export {
  type ClusterMember,
  type ClusterMemberPut,
  clusterMemberSchema,
  type ClusterMembersPost,
  type ClusterMemberState,
  type ClusterMemberStatePost,
  clusterMemberStateSchema,
  type ClusterMemberSystem,
} from "./cluster/cluster-member.ts";
export {
  type ClusterGroup,
  type ClusterGroupPost,
  type ClusterGroupPut,
  clusterGroupSchema,
  type ClusterGroupsPost,
} from "./cluster/cluster-group.ts";

// Images
export {
  type Image,
  type ImageAlias,
  type ImageAliasEntry,
  imageAliasSchema,
  imageSchema,
  type ImageUpdateSource,
  type InstanceType,
} from "./image/image.ts";
export type {
  ImageAliasesPost,
  ImageAliasPost,
  ImageAliasPut,
  ImageExportPost,
  ImagePut,
  ImageSource,
  ImagesPost,
} from "./image/image-request.ts";
export { type ImageMetadata, imageMetadataSchema, type ImageTemplate } from "./image/image-metadata.ts";

// Instances
export {
  type Devices,
  type Instance,
  type InstanceFull,
  instanceFullSchema,
  instanceSchema,
} from "./instance/instance.ts";
export {
  type InstanceAddress,
  type InstanceMemory,
  type InstanceNetwork,
  type InstanceOsInfo,
  type InstanceState,
  instanceStateSchema,
  type NetworkCounters,
} from "./instance/instance-state.ts";
export type { InstanceSource, InstancesPost, InstanceStatePut } from "./instance/instance-source.ts";
export type {
  InstanceConsolePost,
  InstanceExecPost,
  InstancePost,
  InstancePut,
  InstanceRebuildPost,
  InstancesPut,
  MigrationTarget,
  SessionControl,
} from "./instance/instance-request.ts";
export {
  type InstanceSnapshot,
  type InstanceSnapshotPost,
  type InstanceSnapshotPut,
  instanceSnapshotSchema,
  type InstanceSnapshotsPost,
} from "./instance/instance-snapshot.ts";
export {
  type InstanceBackup,
  type InstanceBackupPost,
  instanceBackupSchema,
  type InstanceBackupsPost,
} from "./instance/instance-backup.ts";
export {
  type FileAttributes,
  fileHeaders,
  type FileType,
  type FileWriteAttributes,
  type HeaderMap,
  readFileAttributes,
} from "./instance/file-attributes.ts";
export { checkInstanceName, isInstanceName } from "./instance/instance-name.ts";
export { cpuCount, type CpuCountOptions, memoryMiB } from "./instance/instance-limits.ts";

// Networks
export {
  type Network,
  type NetworkAllocation,
  networkAllocationSchema,
  type NetworkLease,
  networkLeaseSchema,
  type NetworkPost,
  type NetworkPut,
  networkSchema,
  type NetworksPost,
} from "./network/network.ts";
export {
  type NetworkBond,
  type NetworkBridge,
  type NetworkOvn,
  type NetworkState,
  networkStateSchema,
  type NetworkVlan,
} from "./network/network-state.ts";
export {
  type NetworkForward,
  type NetworkForwardPort,
  type NetworkForwardPut,
  networkForwardSchema,
  type NetworkForwardsPost,
} from "./network/network-forward.ts";
export {
  type NetworkBackendHealth,
  type NetworkLoadBalancer,
  type NetworkLoadBalancerBackend,
  type NetworkLoadBalancerPort,
  type NetworkLoadBalancerPut,
  networkLoadBalancerSchema,
  type NetworkLoadBalancersPost,
  type NetworkLoadBalancerState,
  networkLoadBalancerStateSchema,
} from "./network/network-load-balancer.ts";
export {
  type NetworkPeer,
  type NetworkPeerPut,
  networkPeerSchema,
  type NetworkPeersPost,
} from "./network/network-peer.ts";
export {
  type NetworkAcl,
  type NetworkAclPost,
  type NetworkAclPut,
  type NetworkAclRule,
  type NetworkAclRulePut,
  networkAclSchema,
  type NetworkAclsPost,
} from "./network/network-acl.ts";
export {
  type NetworkZone,
  type NetworkZonePut,
  type NetworkZoneRecord,
  type NetworkZoneRecordEntry,
  type NetworkZoneRecordPut,
  networkZoneRecordSchema,
  type NetworkZoneRecordsPost,
  networkZoneSchema,
  type NetworkZonesPost,
} from "./network/network-zone.ts";
export {
  type NetworkIntegration,
  type NetworkIntegrationPost,
  type NetworkIntegrationPut,
  networkIntegrationSchema,
  type NetworkIntegrationsPost,
} from "./network/network-integration.ts";
export type {
  AddressConfigType,
  InterfaceAddress,
  InterfaceInfo,
  InterfaceRoute,
  InterfaceType,
} from "./network/interface-info.ts";
export { isDeviceName, longestDeviceName } from "./network/device-name.ts";

// Profiles and projects
export { type Profile, type ProfilePost, type ProfilePut, profileSchema, type ProfilesPost } from "./profile.ts";
export {
  type Project,
  type ProjectPost,
  type ProjectPut,
  type ProjectResource,
  projectSchema,
  type ProjectsPost,
  type ProjectState,
  projectStateSchema,
} from "./project.ts";

// Storage
export {
  type StoragePool,
  type StoragePoolPut,
  type StoragePoolResources,
  storagePoolResourcesSchema,
  storagePoolSchema,
  type StoragePoolsPost,
  type StorageUsage,
} from "./storage/storage-pool.ts";
export {
  type StorageVolume,
  type StorageVolumePost,
  type StorageVolumePut,
  storageVolumeSchema,
  type StorageVolumeSource,
  type StorageVolumesPost,
  type StorageVolumeState,
  storageVolumeStateSchema,
} from "./storage/storage-volume.ts";
export {
  type StorageVolumeSnapshot,
  type StorageVolumeSnapshotPost,
  type StorageVolumeSnapshotPut,
  storageVolumeSnapshotSchema,
  type StorageVolumeSnapshotsPost,
} from "./storage/storage-volume-snapshot.ts";
export {
  type StorageVolumeBackup,
  type StorageVolumeBackupPost,
  storageVolumeBackupSchema,
  type StorageVolumeBackupsPost,
} from "./storage/storage-volume-backup.ts";
export {
  type StorageBucket,
  type StorageBucketBackup,
  type StorageBucketBackupPost,
  storageBucketBackupSchema,
  type StorageBucketBackupsPost,
  type StorageBucketKey,
  type StorageBucketKeyPut,
  storageBucketKeySchema,
  type StorageBucketKeysPost,
  type StorageBucketPut,
  storageBucketSchema,
  type StorageBucketsPost,
} from "./storage/storage-bucket.ts";

// Texts of the wire
export { debianArchitecture, kernelArchitecture } from "./architecture.ts";
export { formatByteSize, parseByteSize } from "./byte-size.ts";
export { pathSegment } from "./path-segment.ts";
export { isNeverUsed, isUnsetTime, readTime } from "./server-time.ts";
