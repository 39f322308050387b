import type { Devices, InstanceType } from "@lxdkit/protocol";
import type { Directory } from "../instances/files/file-node.ts";

// What the fake keeps, as plain data: all of this can be written as JSON and read again.

/** Configuration keys with their values. */
export type Config = Readonly<Record<string, string>>;

/** A project. */
export interface ProjectRecord {
  readonly name: string;
  readonly description: string;
  readonly config: Config;
}

/** A profile. */
export interface ProfileRecord {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly config: Config;
  readonly devices: Devices;
}

/** One file of an image. */
export interface ImageFile {
  /** `metadata` for the metadata tarball or the whole of a unified image, else what the root file system is. */
  readonly part: "metadata" | "rootfs" | "rootfs.img";
  readonly filename: string;
  /** Its bytes in base64. */
  readonly content: string;
}

/** An image. */
export interface ImageRecord {
  readonly project: string;
  readonly fingerprint: string;
  readonly architecture: string;
  readonly type: InstanceType;
  readonly properties: Config;
  readonly sizeBytes: number;
  readonly public: boolean;
  readonly autoUpdate: boolean;
  readonly cached: boolean;
  readonly profiles: readonly string[];
  /** Those that it has in other projects that share it; missing until one of them says so. */
  readonly foreignProfiles?: Readonly<Record<string, readonly string[]>>;
  readonly filename: string;
  readonly createdAt: string;
  readonly uploadedAt: string;
  readonly expiresAt: string;
  lastUsedAt: string;
  /** Set when the server downloaded it by itself. */
  readonly source?: {
    readonly alias: string;
    readonly server: string;
    /** `simplestreams` when missing. */
    readonly protocol?: string;
    /** PEM of the server; missing when authorities vouch for it. */
    readonly certificate?: string;
  };
  /** Missing for images whose bytes nobody ever sent. */
  readonly files?: readonly ImageFile[];
}

/** Another name of an image. */
export interface AliasRecord {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  /** Fingerprint of the image. */
  readonly target: string;
  readonly type: InstanceType;
}

/** A managed network. */
export interface NetworkRecord {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly config: Config;
  /** MAC address of the bridge. */
  readonly hwaddr: string;
  /** What it is on each member; missing while the server is alone. */
  readonly members?: Readonly<Record<string, MemberPart>>;
}

/** An address that a network hands on to its instances. */
export interface ForwardRecord {
  readonly project: string;
  readonly network: string;
  readonly listenAddress: string;
  /** The member that has it; the first one, or the server that is alone, without. */
  readonly location?: string;
  readonly description: string;
  readonly config: Config;
  readonly ports: readonly Config[];
}

/** A list of rules for the traffic of a network. */
export interface AclRecord {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly config: Config;
  readonly ingress: readonly Config[];
  readonly egress: readonly Config[];
}

/** A DNS zone. */
export interface ZoneRecord {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly config: Config;
}

/** A record of a DNS zone. */
export interface ZoneRecordRecord {
  readonly project: string;
  readonly zone: string;
  readonly name: string;
  readonly description: string;
  readonly config: Config;
  /** Null when nobody ever gave any. */
  readonly entries: readonly { readonly type: string; readonly ttl?: number; readonly value: string }[] | null;
}

/** A way to the networks of other servers. */
export interface IntegrationRecord {
  readonly name: string;
  readonly description: string;
  readonly type: string;
  readonly config: Config;
}

/** A storage pool. */
export interface PoolRecord {
  readonly name: string;
  readonly description: string;
  readonly driver: string;
  readonly config: Config;
  /** What it is on each member; missing while the server is alone. */
  readonly members?: Readonly<Record<string, MemberPart>>;
}

/** A snapshot of a custom volume. */
export interface VolumeSnapshotRecord {
  readonly name: string;
  readonly description: string;
  readonly config: Config;
  readonly createdAt: string;
  /** Null when nobody ever set it. */
  readonly expiresAt: string | null;
}

/** A backup of a custom volume. */
export interface VolumeBackupRecord {
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly volumeOnly: boolean;
  /** Whether another one was to have its name, which failed and took its file away. */
  readonly isLost?: boolean;
  /** Its archive in base64. */
  readonly content: string;
}

/** A volume. Only custom ones are kept; those of instances are made from the instances when they are asked for. */
export interface VolumeRecord {
  readonly project: string;
  readonly pool: string;
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly contentType: string;
  readonly config: Config;
  readonly createdAt: string;
  /** The member that has it; `none` while the server is alone. */
  readonly location: string;
  readonly snapshots: readonly VolumeSnapshotRecord[];
  /** The oldest first; none when missing. */
  readonly backups?: readonly VolumeBackupRecord[];
  /** The bytes of an image of a disk in base64; missing for all other volumes. */
  readonly content?: string;
}

/** A certificate of the trust store. */
export interface CertificateRecord {
  readonly fingerprint: string;
  readonly name: string;
  readonly type: string;
  readonly restricted: boolean;
  readonly projects: readonly string[];
  /** In PEM. */
  readonly certificate: string;
  readonly description: string;
}

/** A member of the cluster; the first one is the fake itself, and leads. */
export interface MemberRecord {
  readonly name: string;
  /** Where it listens (`host:port`). */
  readonly address: string;
  readonly description: string;
  readonly failureDomain: string;
  /** What it was given besides its part in the database, for example `event-hub`. */
  readonly roles: readonly string[];
  readonly config: Config;
  readonly isEvacuated: boolean;
  /** When it was last heard of; undefined while it is online. */
  readonly lastHeartbeat: string | undefined;
}

/** A group of members. */
export interface ClusterGroupRecord {
  readonly name: string;
  readonly description: string;
  /** Names of the members. */
  readonly members: readonly string[];
}

/** How far an object of a cluster is, which is announced on each member before it is made. */
export type CreationStatus = "Pending" | "Created" | "Errored";

/** What a pool or a network is on one member of a cluster. */
export interface MemberPart {
  readonly status: CreationStatus;
  /** What it has on this member alone. */
  readonly config: Config;
}

/** Something that the server is not happy with. */
export interface WarningRecord {
  readonly uuid: string;
  /** The member that noticed it; `none` on a server that is alone. */
  readonly location: string;
  readonly project: string;
  readonly type: string;
  readonly severity: string;
  readonly status: string;
  readonly count: number;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly lastMessage: string;
  readonly entityUrl: string;
}

/** Addresses of one network interface of an instance that runs. */
export interface InterfaceAddresses {
  readonly inet?: string;
  readonly inet6?: string;
  readonly link?: string;
}

/** What an instance holds while it runs. */
export interface PowerRecord {
  readonly pid: number;
  readonly startedAt: string;
  /** By name of the interface; filled when leases come. */
  readonly addresses: Record<string, InterfaceAddresses>;
}

/** What may be changed on the volume of an instance. */
export interface RootVolumeRecord {
  readonly description: string;
  readonly config: Config;
}

/** A file that the server keeps of an instance. */
export interface LogRecord {
  /** Its bytes, each as one character (Latin-1). */
  readonly content: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
}

/** What is inside an instance. Nothing in it ever changes, so that copies and snapshots of the instance share it. */
export interface InstanceContents {
  /** Its root directory; missing until somebody changes a file. */
  readonly root?: Directory;
  /** What its `metadata.yaml` says; missing until somebody changes it. */
  readonly metadata?: InstanceMetadata;
  /** Templates of files by name. */
  readonly templates?: Readonly<Record<string, LogRecord>>;
}

/** A file that the server makes from a template. */
export interface TemplateRule {
  readonly when: readonly string[];
  readonly create_only: boolean;
  readonly template: string;
  readonly properties: Config;
}

/** What an image says of itself, as the instance keeps it; with the names of the API, and maps that may be missing. */
export interface InstanceMetadata {
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly creation_date: number;
  readonly expiry_date: number;
  readonly properties: Config | null;
  readonly templates: Readonly<Record<string, TemplateRule>> | null;
}

/** An instance. */
export interface InstanceRecord {
  readonly project: string;
  readonly name: string;
  readonly type: InstanceType;
  readonly createdAt: string;
  /** False for instances that were made without an image. */
  readonly bootable: boolean;
  /** The member that has it; `none` while the server is alone. */
  location: string;
  architecture: string;
  description: string;
  ephemeral: boolean;
  /** With sorted keys, as all maps here, so that showing many instances needs no sorting. */
  config: Config;
  devices: Devices;
  profiles: readonly string[];
  lastUsedAt: string;
  frozen: boolean;
  power: PowerRecord | undefined;
  /** The IPv4 addresses that DHCP gave it, by name of the interface; it gets them again when it starts again. */
  leases?: Readonly<Record<string, string>>;
  /** The change that is under way; another one is refused. */
  busy: "create" | "start" | "stop" | "restart" | undefined;
  /** Set when the daemon ended while it was being made: it is there, and good for nothing but to be deleted. */
  readonly isHalfMade?: true;
  /** Missing until somebody changes its volume. */
  volume?: RootVolumeRecord | undefined;
  /** Missing until somebody changes what is inside. */
  contents?: InstanceContents | undefined;
  /** Outputs of commands that were kept, by the names of their files; missing until the first of them. */
  logs?: Readonly<Record<string, LogRecord>> | undefined;
  /** What was written to its console since its last start; missing until then. */
  consoleLog?: LogRecord | undefined;
}

/** A snapshot of an instance. */
export interface InstanceSnapshotRecord extends Pick<
  InstanceRecord,
  | "project"
  | "name"
  | "architecture"
  | "description"
  | "ephemeral"
  | "config"
  | "devices"
  | "profiles"
  | "volume"
  | "contents"
> {
  /** Name of the instance. */
  readonly instance: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A backup of an instance. */
export interface BackupRecord {
  readonly project: string;
  /** Name of the instance. */
  readonly instance: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Whether it is without the snapshots. */
  readonly isAlone: boolean;
  /** The archive in base64. */
  readonly content: string;
}
