import { makeSimpleStreamsServerSpec, type ServerSpec } from "./server-spec.ts";

/** The released images of Ubuntu, tested by their makers. */
export const cloudImagesRemote: ServerSpec = makeSimpleStreamsServerSpec(
  "cloud-images.ubuntu.com",
  "https://cloud-images.ubuntu.com/releases",
);

/** The daily images of Ubuntu, made of released packages and not tested one by one. */
export const cloudImagesDailyRemote: ServerSpec = makeSimpleStreamsServerSpec(
  "cloud-images.ubuntu.com",
  "https://cloud-images.ubuntu.com/daily",
);

/**
 * Images of other distributions for LXD, in place of `images.linuxcontainers.org`, which has served only Incus since
 * 2024.
 */
export const lxdImagesRemote: ServerSpec = makeSimpleStreamsServerSpec(
  "images.lxd.canonical.com",
  "https://images.lxd.canonical.com",
);
