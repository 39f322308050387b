import * as z from "zod";
import { flag, listOf, text } from "../wire.ts";

/** A key that a joining member must give a value of its own. */
export interface ClusterMemberConfigKey {
  /** `storage-pool` or `network`. */
  readonly entity: string;
  /** Name of the pool or network. */
  readonly name: string;
  readonly key: string;
  readonly value: string;
  readonly description?: string | undefined;
}

/** A cluster as one server sees it: `GET /1.0/cluster`. */
export interface Cluster {
  /** Name of this member; empty when clustering is off. */
  readonly server_name: string;
  readonly enabled: boolean;
  /** What a server that joins must answer. */
  readonly member_config: readonly ClusterMemberConfigKey[];
}

/** Reads a {@link Cluster}. */
export const clusterSchema: z.ZodType<Cluster> = z.looseObject({
  server_name: text,
  enabled: flag,
  member_config: listOf(
    z.looseObject({ entity: text, name: text, key: text, value: text, description: z.string().optional() }),
  ),
});

/** Body of `PUT /1.0/cluster`: starts a cluster, joins one, or leaves it (`enabled` false). */
export interface ClusterPut {
  readonly server_name?: string;
  readonly enabled: boolean;
  readonly member_config?: readonly ClusterMemberConfigKey[];
  /** To join: `host:port` of a member. */
  readonly cluster_address?: string;
  /** To join: PEM of the cluster's certificate. */
  readonly cluster_certificate?: string;
  /** To join: `host:port` that this server will be known by. */
  readonly server_address?: string;
  /** To join an LXD cluster: the trust password or the text of a join token. */
  readonly cluster_password?: string;
  /** To join an Incus cluster, or one of newer LXD: the text of a join token. */
  readonly cluster_token?: string;
}

/** Body of `PUT /1.0/cluster/certificate`: the pair that all members will show, as PEM. */
export interface ClusterCertificatePut {
  readonly cluster_certificate: string;
  readonly cluster_certificate_key: string;
}
