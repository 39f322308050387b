import type { InstanceSource } from "@lxdkit/protocol";

/** An image and where the server finds it. */
export interface SourcedImage {
  /** Full fingerprint. */
  readonly fingerprint: string;
  /** What was asked for. */
  readonly alias: string;
  /** URL of the simplestreams server that the server downloads from; undefined for an image it already has. */
  readonly source?: string;
}

/** The `source` of a new instance made from an image. */
export function instanceSource(image: SourcedImage): InstanceSource {
  if (image.source === undefined) return { type: "image", fingerprint: image.fingerprint };
  const isFingerprint = image.fingerprint.startsWith(image.alias);
  return {
    type: "image",
    mode: "pull",
    protocol: "simplestreams",
    server: image.source,
    // By alias the server keeps the image fresh; by fingerprint it never looks again.
    ...(isFingerprint ? { fingerprint: image.fingerprint } : { alias: image.alias }),
  };
}
