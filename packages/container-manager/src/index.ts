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
