import * as z from "zod";
import { flag, listOf, stringMap, text } from "../wire.ts";

/** A network, managed by the server or only seen on the host: `GET /1.0/networks/{name}`. */
export interface Network {
  readonly name: string;
  readonly description: string;
  /** For example `bridge`, `ovn`, `physical`, `loopback`. */
  readonly type: string;
  /** False: an interface of the host. */
  readonly managed: boolean;
  /** `Created`, `Pending`, `Errored` or `Unavailable`; empty when it is not managed. */
  readonly status: string;
  readonly config: Readonly<Record<string, string>>;
  /** URLs of instances and profiles. */
  readonly used_by: readonly string[];
  /** Cluster members that have it; `none` alone. */
  readonly locations: readonly string[];
  /** Incus only. */
  readonly project?: string | undefined;
}

/** Reads a {@link Network}. */
export const networkSchema: z.ZodType<Network> = z.looseObject({
  name: z.string(),
  description: text,
  type: text,
  managed: flag,
  status: text,
  config: stringMap,
  used_by: listOf(z.string()),
  locations: listOf(z.string()),
  project: z.string().optional(),
});

/** Body of `PUT` (replaces) and `PATCH /1.0/networks/{name}` (merges). */
export interface NetworkPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/networks`. */
export interface NetworksPost extends NetworkPut {
  readonly name: string;
  /** Missing or empty: `bridge`. */
  readonly type?: string;
}

/** Body of `POST /1.0/networks/{name}`: the new name. */
export interface NetworkPost {
  readonly name: string;
}

/** An address that a network gave: an element of `GET /1.0/networks/{name}/leases`. */
export interface NetworkLease {
  readonly hostname: string;
  readonly hwaddr: string;
  readonly address: string;
  /** `static`, `dynamic`, `gateway` or `uplink`. */
  readonly type: string;
  /** Cluster member, or `none`. */
  readonly location: string;
  /** Newer servers only. */
  readonly project?: string | undefined;
}

/** Reads a {@link NetworkLease}. */
export const networkLeaseSchema: z.ZodType<NetworkLease> = z.looseObject({
  hostname: text,
  hwaddr: text,
  address: z.string(),
  type: text,
  location: text,
  project: z.string().optional(),
});

/** An address in use: an element of `GET /1.0/network-allocations` (extension `network_allocations`). */
export interface NetworkAllocation {
  /** In CIDR form. */
  readonly addresses: string;
  /** URL of the object. */
  readonly used_by: string;
  /** `network`, `network-forward`, `network-load-balancer` or `instance`. */
  readonly type: string;
  readonly nat: boolean;
  readonly hwaddr: string;
}

/** Reads a {@link NetworkAllocation}. */
export const networkAllocationSchema: z.ZodType<NetworkAllocation> = z.looseObject({
  addresses: text,
  used_by: text,
  type: text,
  nat: flag,
  hwaddr: text,
});
