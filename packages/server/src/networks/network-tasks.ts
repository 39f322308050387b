import type { Devices } from "@lxdkit/protocol";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";
import { ensureIPv4 } from "./ensure-ipv4.ts";
import { getNICsFromProfile, macAddresses, type NicsFromProfileOptions } from "./nics-from-profile.ts";
import {
  type VerifiedNetworkDevice,
  verifyNetworkDevice,
  type VerifyNetworkDeviceOptions,
} from "./verify-network-device.ts";

/** What a server does with networks. */
export interface NetworkTasks {
  /** The first NIC of a profile, `default` unless named, that containers can use; a profile without one gets one. */
  verifyNetworkDevice(profile?: string, options?: VerifyNetworkDeviceOptions): Promise<VerifiedNetworkDevice>;
  /** The network that `verifyNetworkDevice` found last on this object; empty before. */
  localBridgeName(): string;
  /** Gives a network IPv4 when it has none; false when nothing had to be written. */
  ensureIPv4(network: string, options?: EditOptions): Promise<boolean>;
  /** The NICs of a profile, each with a MAC address that no instance has. */
  getNICsFromProfile(profile: string, options?: NicsFromProfileOptions): Promise<Devices>;
  /** The MAC addresses of all instances that the caller may see, in lower case. */
  macAddresses(options?: { readonly signal?: AbortSignal | undefined }): Promise<Set<string>>;
}

/** Makes the tasks on one server's networks. */
export function networkTasks(host: ServerHost): NetworkTasks {
  let bridge = "";
  return {
    async verifyNetworkDevice(profile = "default", options) {
      const verified = await verifyNetworkDevice(host, profile, options);
      bridge = verified.network;
      return verified;
    },
    localBridgeName: () => bridge,
    ensureIPv4: (network, options) => ensureIPv4(host, network, options),
    getNICsFromProfile: (profile, options) => getNICsFromProfile(host, profile, options),
    macAddresses: (options) => macAddresses(host, options),
  };
}
