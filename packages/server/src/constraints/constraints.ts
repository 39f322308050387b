import type { InstanceType } from "@lxdkit/protocol";

/** What is asked of a new container or virtual machine in general words. What is left out is not asked for. */
export interface Constraints {
  /** Number of CPUs. */
  readonly cores?: number;
  /** Memory in MiB. */
  readonly mem?: number;
  /** Debian's name, for example `arm64`. */
  readonly arch?: string;
  /** Size of the root disk in MiB. */
  readonly rootDisk?: number;
  /** Name of the storage pool for the root disk. */
  readonly rootDiskSource?: string;
  readonly virtType?: InstanceType;
  /** Name of a cloud's machine type, for example `t2.micro`; servers take limits from it. */
  readonly instanceType?: string;
  /** Availability zones: members of a cluster, one of which is to be used. */
  readonly zones?: readonly string[];
}
