// The manager
export {
  type ContainerManager,
  type ContainerManagerOptions,
  createContainerManager,
  type LxdContainerManager,
  type LxdProfileManager,
  type LxdProfileNameRetriever,
} from "./container-manager.ts";
export type { CallOptions } from "./call-options.ts";
export { newContainerManager, type NewContainerManagerOptions } from "./new-container-manager.ts";

// Machines
export type { CreatedMachine, HardwareCharacteristics } from "./machines/created-machine.ts";
export type { CreateMachineOptions } from "./machines/create-machine.ts";
export type { CreateMachinesOptions, MachineOutcome } from "./machines/create-machines.ts";
export type { DestroyMachineOptions } from "./machines/destroy-machines.ts";
export type { Leftover, LeftoverOptions } from "./machines/leftovers.ts";
export type { ListedMachine } from "./machines/list-machines.ts";
export { type MachineInstance, machineStatus } from "./machines/machine-instance.ts";
export type { MachineRequest, StorageConfig } from "./machines/machine-request.ts";
export type { MachineStatus, MachineStatusName, OnMachineStatus } from "./machines/machine-status.ts";

// Configuration
export {
  configAvailabilityZone,
  configLogDir,
  configModelUuid,
  createManagerConfig,
  type ManagerConfig,
  type ManagerConfigOptions,
} from "./configuration/manager-config.ts";
export { type ManagerSettings, readManagerSettings } from "./configuration/manager-settings.ts";
export type { Notice, OnNotice } from "./notice.ts";

// Names
export { isMachineId } from "./naming/machine-id.ts";
export { createNamespace, type Namespace, type NamespaceOptions } from "./naming/namespace.ts";

// Images and networks
export { imageSources } from "./images/image-sources.ts";
export {
  bridgeNetwork,
  bridgeNetworkConfig,
  fallbackInterfaceInfo,
  type NetworkConfig,
} from "./networks/network-config.ts";

// Folders
export {
  containerDir,
  type DirectoryOptions,
  newDirectory,
  removeDirectory,
  removedContainerDir,
} from "./directories/container-directory.ts";

// Profiles
export { type AssignedLxdProfiles, ProfilesNotAssignedError } from "./profiles/assign-profiles.ts";
export type { MaybeWriteLxdProfileOptions } from "./profiles/write-profile.ts";
export { isEmptyLxdProfile, type LxdProfile, type LxdProfilePost, validateLxdProfile } from "./profiles/lxd-profile.ts";
export {
  filterLxdProfileNames,
  isLxdProfileName,
  lxdProfileReplaceRevision,
  lxdProfileRevision,
  matchLxdProfileName,
} from "./profiles/profile-name.ts";

// Errors
export { ManagerError } from "./manager-error.ts";
