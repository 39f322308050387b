import type { Devices, InstanceType } from "@lxdkit/protocol";
import type { SourcedImage } from "../images/sourced-image.ts";

/** What a new container or virtual machine is to be. */
export interface ContainerSpec {
  /** Left out: the server chooses one. */
  readonly name?: string;
  readonly image: SourcedImage;
  /** Left out: what the image makes. */
  readonly type?: InstanceType;
  /** Debian's or the kernel's name, for example `arm64` or `aarch64`. Left out: the image's. */
  readonly architecture?: string;
  /** Name of a cloud's machine type, for example `t2.micro`; the server takes limits from it. */
  readonly instanceType?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** Left out: the default profile; an empty list: none. */
  readonly profiles?: readonly string[];
  readonly description?: string;
  /** Removed by the server when it stops; false by default. */
  readonly ephemeral?: boolean;
  /** Whether it is started; true by default. */
  readonly start?: boolean;
  /** Member of the cluster to make it on, or `@group`. Left out: the server chooses. */
  readonly target?: string;
}
