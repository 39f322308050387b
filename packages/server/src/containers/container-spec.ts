import type { Devices } from "@lxdkit/protocol";
import type { SourcedImage } from "../images/sourced-image.ts";

/** What a new container is to be. */
export interface ContainerSpec {
  /** Left out: the server chooses one. */
  readonly name?: string;
  readonly image: SourcedImage;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** Left out: the default profile; an empty list: none. */
  readonly profiles?: readonly string[];
  /** Removed by the server when it stops; false by default. */
  readonly ephemeral?: boolean;
}
