import { createHash } from "node:crypto";

const releases = 116;
const serials = ["20260301_05:24", "20260302_05:24", "20260303_05:24"];

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A products file like those of the well-known servers: 232 products in three versions each, about a megabyte. */
export function inventedProducts(): { readonly products: Readonly<Record<string, object>> } {
  const names = ["jammy", ...Array.from({ length: releases - 1 }, (_, at) => `release-${String(at + 1)}`)];
  return {
    products: Object.fromEntries(
      names.flatMap((release) =>
        ["amd64", "arm64"].map((arch) => [
          `ubuntu:${release}:${arch}:default`,
          {
            aliases: `ubuntu/${release}/default,ubuntu/${release}`,
            arch,
            os: "Ubuntu",
            release,
            release_title: release,
            variant: "default",
            lxd_requirements: {},
            versions: Object.fromEntries(serials.map((serial) => [serial, { items: items(release, arch, serial) }])),
          },
        ]),
      ),
    ),
  };
}

function items(release: string, arch: string, serial: string): object {
  const folder = `images/ubuntu/${release}/${arch}/default/${serial}`;
  const item = (ftype: string, name: string, size: number): object => ({
    ftype,
    path: `${folder}/${name}`,
    sha256: sha256(`${folder}/${name}`),
    size,
  });
  const combined = (kind: string): string => sha256(`${folder} ${kind}`);
  return {
    "lxd.tar.xz": {
      ...item("lxd.tar.xz", "lxd.tar.xz", 700),
      combined_squashfs_sha256: combined("squashfs"),
      combined_rootxz_sha256: combined("tar"),
      combined_sha256: combined("tar"),
      "combined_disk-kvm-img_sha256": combined("disk"),
    },
    "root.tar.xz": item("root.tar.xz", "rootfs.tar.xz", 100_000_000),
    "root.squashfs": item("squashfs", "rootfs.squashfs", 110_000_000),
    "disk.qcow2": item("disk-kvm.img", "disk.qcow2", 300_000_000),
  };
}
