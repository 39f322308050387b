import type { InstanceType } from "../image/image.ts";
import type { Devices } from "./instance.ts";

/** Where the server takes the root file system of a new instance from. */
export interface InstanceSource {
  readonly type: "image" | "none" | "copy" | "migration";
  /** Fingerprint of an image, local or on `server`. */
  readonly fingerprint?: string;
  /** Alias of an image, local or on `server`. */
  readonly alias?: string;
  /** Picks a local image by its properties. */
  readonly properties?: Readonly<Record<string, string>>;
  /** `pull`: the server itself downloads from `server` or from `operation`; `push`: it waits for the other side. */
  readonly mode?: "pull" | "push";
  readonly protocol?: "simplestreams" | "lxd" | "incus" | "oci";
  /** URL of the image server. */
  readonly server?: string;
  /** PEM certificate of the other server, when it is not signed by a known authority. */
  readonly certificate?: string;
  /** Secret for a private image. */
  readonly secret?: string;
  /** To copy: `instance` or `instance/snapshot` on this server. */
  readonly source?: string;
  /** To copy: project of `source`. */
  readonly project?: string;
  /** Fingerprint of the image that the original came from. */
  readonly "base-image"?: string;
  /** To migrate: URL of the operation on the other server. */
  readonly operation?: string;
  /** To migrate: secrets of that operation's web sockets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** With the running state. */
  readonly live?: boolean;
  /** Without snapshots. */
  readonly instance_only?: boolean;
  /** Bring an existing instance up to date. */
  readonly refresh?: boolean;
  /** Extension `custom_volume_refresh_exclude_older_snapshots`. */
  readonly refresh_exclude_older?: boolean;
  /** Go on although files change while they are copied. */
  readonly allow_inconsistent?: boolean;
}

/** Body of `POST /1.0/instances`. */
export interface InstancesPost {
  /** Empty: the server finds a name of two words. */
  readonly name: string;
  /** Missing: a container, or what is copied. */
  readonly type?: InstanceType;
  readonly source: InstanceSource;
  /** Kernel name; missing: the image's. */
  readonly architecture?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** Missing: the default profile; an empty list: none. */
  readonly profiles?: readonly string[];
  readonly ephemeral?: boolean;
  readonly stateful?: boolean;
  readonly description?: string;
  /** Sets limits by the name of a cloud's machine type, for example `t2.micro` or `c1-m2`. */
  readonly instance_type?: string;
  /** Start it at once. Extension `instance_create_start`. */
  readonly start?: boolean;
}

/** Body of `PUT /1.0/instances/{name}/state`. */
export interface InstanceStatePut {
  readonly action: "start" | "stop" | "restart" | "freeze" | "unfreeze";
  /** Seconds; -1 waits for ever. */
  readonly timeout: number;
  readonly force: boolean;
  readonly stateful: boolean;
}
