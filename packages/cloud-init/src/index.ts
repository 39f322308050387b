// User data
export {
  buildUserData,
  type UserDataDocument,
  type UserDataInput,
  type UserDataOptions,
} from "./user-data/build-user-data.ts";
export type { CloudCommand, CloudConfig, CloudFile, CloudUser } from "./user-data/cloud-config.ts";
export type { ConflictRule } from "./user-data/merge-cloud-configs.ts";
export type { ProxySettings } from "./user-data/proxies.ts";
export { type ValidateOptions, validateUserData } from "./user-data/validate-user-data.ts";
export type { YamlValue } from "./yaml/write-yaml.ts";

// Network config
export { bootScriptConfig, type BootScriptOptions } from "./network/boot-script.ts";
export {
  buildNetworkConfig,
  disabledNetworkConfig,
  type NetworkConfigOptions,
} from "./network/build-network-config.ts";
export type { NetplanConfig, NetplanInterface, NetplanRoute } from "./network/netplan.ts";
export { netplanOfInterfaces, type NetplanOptions } from "./network/netplan-of-interfaces.ts";
export { validateNetworkConfig } from "./network/validate-network-config.ts";

// Both, as keys of an instance's config
export { cloudInitConfig, type CloudInitConfigOptions, type CloudInitInput } from "./cloud-init-config.ts";
export {
  type CloudInitData,
  cloudInitDataOf,
  type CloudInitKeyFamily,
  type CloudInitKeys,
  cloudInitKeys,
} from "./config-keys.ts";
export { CloudInitDataError, type CloudInitDataErrorOptions, type DataProblem } from "./cloud-init-data-error.ts";
export { defaultSizeLimit } from "./size-limit.ts";
