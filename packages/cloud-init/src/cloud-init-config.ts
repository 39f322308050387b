import type { InterfaceInfo } from "@lxdkit/protocol";
import { type CloudInitKeyFamily, cloudInitKeys } from "./config-keys.ts";
import { bootScriptConfig, type BootScriptOptions } from "./network/boot-script.ts";
import { buildNetworkConfig, disabledNetworkConfig } from "./network/build-network-config.ts";
import { buildUserData, type UserDataInput, type UserDataOptions } from "./user-data/build-user-data.ts";
import type { CloudConfig } from "./user-data/cloud-config.ts";

/** What cloud-init is told. */
export interface CloudInitInput {
  /** No user data by default. */
  readonly userData?: UserDataInput | undefined;
  /** The image's own network config by default. */
  readonly interfaces?: readonly InterfaceInfo[] | undefined;
}

/** Options of {@link cloudInitConfig}. */
export interface CloudInitConfigOptions extends UserDataOptions, BootScriptOptions {
  /** `user` by default: every image reads those keys. */
  readonly keys?: CloudInitKeyFamily | undefined;
  /**
   * Who sets up the network: cloud-init by default, or with `boot-script` commands at each boot, as Juju's containers
   * have it.
   */
  readonly networkForm?: "network-config" | "boot-script" | undefined;
}

/**
 * The keys of an instance's config that tell cloud-init what is wanted; without user data and interfaces none.
 *
 * @throws {CloudInitDataError} As `buildUserData` and `buildNetworkConfig`.
 */
export function cloudInitConfig(
  { userData, interfaces }: CloudInitInput,
  { keys, networkForm = "network-config", ...options }: CloudInitConfigOptions = {},
): Readonly<Record<string, string>> {
  const names = cloudInitKeys(keys);
  if (interfaces === undefined) {
    return userData === undefined ? {} : { [names.userData]: buildUserData(userData, options) };
  }
  if (networkForm === "network-config") {
    return {
      ...(userData === undefined ? {} : { [names.userData]: buildUserData(userData, options) }),
      [names.networkConfig]: buildNetworkConfig(interfaces, options),
    };
  }
  // Before the caller's own commands, which may need the network.
  const own = userData?.config ?? [];
  const configs = Array.isArray(own) ? (own as readonly CloudConfig[]) : [own as CloudConfig];
  const full = { ...userData, config: [bootScriptConfig(interfaces, options), ...configs] };
  return { [names.userData]: buildUserData(full, options), [names.networkConfig]: disabledNetworkConfig };
}
