import type { InstanceType } from "./image.ts";
import type { Devices } from "./instance.ts";

/** Where the server takes the root file system of a new instance from. */
export interface InstanceSource {
  readonly type: "image" | "none";
  /** Fingerprint of an image, local or on `server`. */
  readonly fingerprint?: string;
  /** Alias of an image, local or on `server`. */
  readonly alias?: string;
  /** `pull`: the server itself downloads from `server`. */
  readonly mode?: "pull";
  readonly protocol?: "simplestreams" | "lxd" | "incus";
  /** URL of the image server. */
  readonly server?: string;
  /** PEM certificate of the image server, when it is not signed by a known authority. */
  readonly certificate?: string;
}

/** Body of `POST /1.0/instances`. */
export interface InstancesPost {
  readonly name: string;
  readonly type?: InstanceType;
  readonly source: InstanceSource;
  readonly architecture?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** Missing: the default profile; an empty list: none. */
  readonly profiles?: readonly string[];
  readonly ephemeral?: boolean;
  readonly description?: string;
}

/** Body of `PUT /1.0/instances/{name}/state`. */
export interface InstanceStatePut {
  readonly action: "start" | "stop" | "restart" | "freeze" | "unfreeze";
  /** Seconds; -1 waits for ever. */
  readonly timeout: number;
  readonly force: boolean;
  readonly stateful: boolean;
}
