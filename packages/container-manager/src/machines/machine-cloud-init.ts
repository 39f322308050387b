import { cloudInitConfig, cloudInitKeys, validateNetworkConfig } from "@lxdkit/cloud-init";
import type { InterfaceInfo } from "@lxdkit/network-devices";
import type { ManagerHost } from "../manager-host.ts";
import { tellNotice } from "../notice.ts";
import type { MachineRequest } from "./machine-request.ts";

/**
 * The keys of a container's config that tell cloud-init what the machine is to be, and how its interfaces are set up.
 *
 * @throws {CloudInitDataError} as `cloudInitConfig` and `validateNetworkConfig` of `@lxdkit/cloud-init`.
 */
export function machineCloudInit(
  { cloudInit, onNotice }: Pick<ManagerHost, "cloudInit" | "onNotice">,
  { userData, networkData, constraints = {} }: MachineRequest,
  interfaces: readonly InterfaceInfo[],
): Readonly<Record<string, string>> {
  const input = {
    userData: typeof userData === "string" ? { documents: [userData] } : userData,
    interfaces: networkData === undefined ? interfaces : undefined,
  };
  const config = cloudInitConfig(input, {
    ...cloudInit,
    instanceType: constraints.virtType,
    onWarning: (message) => {
      tellNotice(onNotice, "warning", message);
    },
  });
  if (networkData === undefined) return config;
  validateNetworkConfig(networkData, { sizeLimit: cloudInit.sizeLimit });
  return { ...config, [cloudInitKeys(cloudInit.keys).networkConfig]: networkData };
}
