import type { UserDataInput } from "@lxdkit/cloud-init";
import type { Constraints } from "@lxdkit/server";
import type { NetworkConfig } from "../networks/network-config.ts";

/** How the storage of a container is configured. */
export interface StorageConfig {
  /** Accepted and without effect: containers do not mount block devices. */
  readonly allowMount: boolean;
}

/** A machine that is wanted. */
export interface MachineRequest {
  /** For example `2/lxd/4`. */
  readonly machineId: string;
  /** For example `jammy`. */
  readonly series: string;
  readonly constraints?: Constraints | undefined;
  /** Names of profiles, in their order; `default` alone by default. */
  readonly profiles?: readonly string[] | undefined;
  /** Left out: the NICs of the profile `default`. */
  readonly network?: NetworkConfig | undefined;
  readonly storage?: StorageConfig | undefined;
  /** User data for cloud-init: a document as it is, or what it is made of. */
  readonly userData?: string | UserDataInput | undefined;
  /** Network config for cloud-init as it is, in place of the one that is made of the interfaces. */
  readonly networkData?: string | undefined;
  /** More config of the container; what the manager writes itself wins. */
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** Member of the cluster, or `@group`; left out, the least loaded one in the zones. */
  readonly target?: string | undefined;
}
