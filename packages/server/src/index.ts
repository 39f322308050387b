// The server
export { openServer, type OpenServerOptions, type Server } from "./server.ts";
export type { OnProgress, Progress, Step } from "./progress.ts";
export type { Sleep } from "./pause.ts";

// Configuration
export {
  openLocalServer,
  maybeOpenLocalServer,
  type OpenLocalServerOptions,
} from "./configuration/open-local-server.ts";
export { openRemoteServer, type OpenRemoteServerOptions } from "./configuration/open-remote-server.ts";
export type { ServerFacts } from "./configuration/server-facts.ts";
export type { ConfigurationTasks } from "./configuration/configuration-tasks.ts";
export type { ServerConfigChange, UpdateServerConfigOptions } from "./configuration/update-server-config.ts";
export type { EnableHttpsListenerOptions, HttpsListener } from "./configuration/enable-https-listener.ts";
export type { WaitForHttpsListenerOptions } from "./configuration/wait-for-https-listener.ts";
export type { CreateClientCertificateOptions } from "./configuration/create-client-certificate.ts";

// Profiles
export type { ProfileTasks } from "./profiles/profile-tasks.ts";
export type { EnsuredProfile, EnsureProfileOptions } from "./profiles/ensure-profile.ts";

// Images
export type { ImageTasks } from "./images/image-tasks.ts";
export type { CopyRemoteImageOptions } from "./images/copy-remote-image.ts";
export type { FindImageOptions } from "./images/find-image.ts";
export type { FindImageByAliasOptions } from "./images/find-image-by-alias.ts";
export type { ImageSource } from "./images/image-source.ts";
export type { ImageStatus, OnImageStatus } from "./images/image-status.ts";
export type { SourcedImage } from "./images/sourced-image.ts";

// Containers
export type { ContainerTasks } from "./containers/container-tasks.ts";
export { addDisk, type Disk } from "./containers/add-disk.ts";
export { metadata } from "./containers/metadata.ts";
export {
  autoStartKey,
  modelKey,
  networkConfigKey,
  userDataKey,
  userNamespacePrefix,
} from "./containers/config-keys.ts";
export type { ContainerSpec } from "./containers/container-spec.ts";
export type { CreateContainerOptions } from "./containers/create-container.ts";
export {
  type AdoptedOrigin,
  type ContainerOrigin,
  type RunningContainer,
  UnreadContainerError,
} from "./containers/running-container.ts";
export type { FilterContainersOptions } from "./containers/filter-containers.ts";
export type { StartContainerOptions } from "./containers/start-container.ts";
export type { StopContainerOptions } from "./containers/stop-container.ts";
export type { RemoveContainerOptions } from "./containers/remove-container.ts";
export type { RemoveContainersOptions } from "./containers/remove-containers.ts";
export { type ContainerAddress, containerAddresses } from "./containers/container-addresses.ts";
export { type EditOptions, editResource, type ResourceEdit } from "./editing/edit-resource.ts";

// Waiting
export { CloudInitError, type FailedCloudInit } from "./waiting/cloud-init-error.ts";
export type { CloudInitOutcome } from "./waiting/cloud-init-status.ts";
export type { WaitForAddressOptions } from "./waiting/wait-address.ts";
export { requireCloudInit } from "./waiting/wait-cloud-init.ts";
export type { WaitGoal } from "./waiting/wait-goal.ts";
export type { StoppedOutcome } from "./waiting/wait-status.ts";
export type { WaitTasks } from "./waiting/wait-tasks.ts";
export type { WaitOptions } from "./waiting/wait-within.ts";

// Networks
export type { NetworkTasks } from "./networks/network-tasks.ts";
export type { VerifiedNetworkDevice, VerifyNetworkDeviceOptions } from "./networks/verify-network-device.ts";
export type { NicKind } from "./networks/judge-nic.ts";
export type { ReadHostFile } from "./networks/bridge-of-server.ts";
export type { NicsFromProfileOptions } from "./networks/nics-from-profile.ts";
export { updateBridgeFile, type UpdateBridgeFileOptions } from "./networks/update-bridge-file.ts";

// Storage
export type { CreatePoolOptions } from "./storage/create-pool.ts";
export type { CreateVolumeOptions } from "./storage/create-volume.ts";
export type { DefaultStorage, EnsureDefaultStorageOptions } from "./storage/ensure-default-storage.ts";
export type { RequireUsablePoolOptions } from "./storage/require-usable-pool.ts";
export type { StorageTasks } from "./storage/storage-tasks.ts";

// Constraints
export type { Constraints } from "./constraints/constraints.ts";
export { parseConstraints } from "./constraints/parse-constraints.ts";
export { formatConstraints } from "./constraints/format-constraints.ts";
export { ConstraintsError, type ConstraintsErrorOptions } from "./constraints/constraints-error.ts";
export {
  applyConstraints,
  type ApplyConstraintsOptions,
  type Constrainable,
  type RootDisk,
} from "./constraints/apply-constraints.ts";

// Clusters
export type { ChooseMemberOptions } from "./cluster/choose-member.ts";
export type { ClusterTasks } from "./cluster/cluster-tasks.ts";
export { leastLoaded, type MemberFacts, type MemberWish } from "./cluster/member-load.ts";

// Errors
export { ServerError } from "./server-error.ts";
