import type { PublishedImage } from "./published-image.ts";

/** An image to publish. For this package's own tests. */
export const jammy: PublishedImage & { readonly metadata: Buffer; readonly rootfs: Buffer } = {
  aliases: ["jammy", "22.04"],
  os: "ubuntu",
  release: "jammy",
  architecture: "amd64",
  serial: "20261001",
  metadata: Buffer.from("metadata"),
  rootfs: Buffer.from("rootfs"),
  rootfsType: "squashfs",
};
