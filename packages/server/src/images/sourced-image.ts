import type { InstanceType } from "@lxdkit/protocol";
import type { ImageSource } from "./image-source.ts";

/** An image and where the server finds it. */
export interface SourcedImage {
  /** Full fingerprint. */
  readonly fingerprint: string;
  /** What was asked for, and found. */
  readonly alias: string;
  /** What it makes; a container unless it is said. */
  readonly type?: InstanceType;
  /** Kernel name of what it runs on; undefined when nobody asked for a certain one. */
  readonly architecture?: string;
  /** The image server that the server downloads from; undefined for an image it already has. */
  readonly source?: ImageSource;
  /** False for one that only those get whom the image server trusts. */
  readonly isPublic?: boolean;
}
