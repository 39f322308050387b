import * as z from "zod";
import { type StoragePoolResources, storagePoolResourcesSchema } from "../storage/storage-pool.ts";
import { amount, flag, listOf, mapOf, stringMap, text } from "../wire.ts";

/** A server of a cluster: `GET /1.0/cluster/members/{name}`. */
export interface ClusterMember {
  readonly server_name: string;
  readonly description: string;
  /** HTTPS URL. */
  readonly url: string;
  /** Holds the database. */
  readonly database: boolean;
  /** `Online`, `Offline`, `Evacuated` or `Blocked`. */
  readonly status: string;
  /** The status in words. */
  readonly message: string;
  /** Kernel name of the architecture. */
  readonly architecture: string;
  /** For example `database`, `database-leader`, `event-hub`, `ovn-chassis`. */
  readonly roles: readonly string[];
  readonly failure_domain: string;
  readonly config: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}

/** Reads a {@link ClusterMember}. */
export const clusterMemberSchema: z.ZodType<ClusterMember> = z.looseObject({
  server_name: z.string(),
  description: text,
  url: text,
  database: flag,
  status: text,
  message: text,
  architecture: text,
  roles: listOf(z.string()),
  failure_domain: text,
  config: stringMap,
  groups: listOf(z.string()),
});

/** Load and memory of a member. */
export interface ClusterMemberSystem {
  /** Seconds since the boot. */
  readonly uptime: number;
  /** Of the last 1, 5 and 15 minutes. */
  readonly load_averages: readonly number[];
  /** Bytes, as all that follow. */
  readonly total_ram: number;
  readonly free_ram: number;
  readonly shared_ram: number;
  readonly buffered_ram: number;
  readonly total_swap: number;
  readonly free_swap: number;
  /** Number of processes. */
  readonly processes: number;
}

/** `GET /1.0/cluster/members/{name}/state` (extension `cluster_member_state`). */
export interface ClusterMemberState {
  readonly sysinfo: ClusterMemberSystem;
  /** By name of the pool. */
  readonly storage_pools: Readonly<Record<string, StoragePoolResources>>;
}

/** Reads a {@link ClusterMemberState}. */
export const clusterMemberStateSchema: z.ZodType<ClusterMemberState> = z.looseObject({
  sysinfo: z.looseObject({
    uptime: amount,
    load_averages: listOf(z.number()),
    total_ram: amount,
    free_ram: amount,
    shared_ram: amount,
    buffered_ram: amount,
    total_swap: amount,
    free_swap: amount,
    processes: amount,
  }),
  storage_pools: mapOf(storagePoolResourcesSchema),
});

/** Body of `PUT` (replaces) and `PATCH /1.0/cluster/members/{name}` (merges). */
export interface ClusterMemberPut {
  readonly description?: string;
  readonly roles?: readonly string[];
  readonly failure_domain?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly groups?: readonly string[];
}

/** Body of `POST /1.0/cluster/members` (asks for a join token) and `POST /1.0/cluster/members/{name}` (renames). */
export interface ClusterMembersPost {
  /** Name that the member will have. */
  readonly server_name: string;
}

/** Body of `POST /1.0/cluster/members/{name}/state`. */
export interface ClusterMemberStatePost {
  readonly action: "evacuate" | "restore";
  /** How instances leave: `auto`, `stop`, `migrate` or `live-migrate`; missing: what each instance says. */
  readonly mode?: string;
}
