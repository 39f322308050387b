import type { Devices } from "@lxdkit/protocol";

/** A network of a {@link Preseed}. */
export interface PreseedNetwork {
  readonly name: string;
  /** `bridge` unless said. */
  readonly type?: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  /** `default` unless said. */
  readonly project?: string;
}

/** A storage pool of a {@link Preseed}. */
export interface PreseedStoragePool {
  readonly name: string;
  /** For example `dir` or `btrfs`; a pool that is to be made needs one. */
  readonly driver?: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** A custom volume of a {@link Preseed}; Incus alone. */
export interface PreseedStorageVolume {
  readonly name: string;
  readonly pool: string;
  /** `default` unless said. */
  readonly project?: string;
  /** `custom` unless said. */
  readonly type?: string;
  /** `filesystem` or `block`. */
  readonly content_type?: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** A profile of a {@link Preseed}. */
export interface PreseedProfile {
  readonly name: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** Incus alone; `default` unless said. */
  readonly project?: string;
}

/** A project of a {@link Preseed}. */
export interface PreseedProject {
  readonly name: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** A key that a member of a cluster has for itself. */
export interface PreseedMemberConfig {
  /** `storage-pool` or `network`. */
  readonly entity: string;
  readonly name: string;
  readonly key: string;
  readonly value: string;
  readonly description?: string;
}

/** The cluster of a {@link Preseed}. */
export interface PreseedCluster {
  readonly enabled: boolean;
  readonly server_name?: string;
  readonly server_address?: string;
  readonly cluster_address?: string;
  /** In PEM. */
  readonly cluster_certificate?: string;
  readonly cluster_certificate_path?: string;
  readonly cluster_password?: string;
  readonly cluster_token?: string;
  readonly member_config?: readonly PreseedMemberConfig[];
}

/**
 * What a server is to have, in the form of `lxd init --preseed` and `incus admin init --preseed`. All of it is merged
 * into what is there: nothing is removed but keys with an empty value.
 */
export interface Preseed {
  readonly config?: Readonly<Record<string, string>>;
  readonly networks?: readonly PreseedNetwork[];
  readonly storage_pools?: readonly PreseedStoragePool[];
  /** Incus alone. */
  readonly storage_volumes?: readonly PreseedStorageVolume[];
  readonly profiles?: readonly PreseedProfile[];
  readonly projects?: readonly PreseedProject[];
  readonly cluster?: PreseedCluster;
}
