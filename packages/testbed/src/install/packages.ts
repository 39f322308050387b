import type { Flavour } from "@lxdkit/protocol";
import { neededPrograms, packagesOf } from "../programs.ts";

/** What can be installed besides the servers. */
export const extras = ["cloud", "bench", "pylxd", "gpg", "btrfs", "ovn"] as const;

/** The name of something that can be installed besides the servers. */
export type Extra = (typeof extras)[number];

const packagesOfExtra: Readonly<Record<Extra, readonly string[]>> = {
  cloud: ["debootstrap"],
  bench: ["hyperfine"],
  pylxd: ["python3-pylxd"],
  gpg: ["gpg", "gpg-agent", "gpgv"],
  btrfs: ["btrfs-progs"],
  ovn: ["openvswitch-switch", "ovn-central"],
};

/** The Debian packages for these flavours and extras, sorted. */
export function packagesFor(flavours: readonly Flavour[], chosen: readonly Extra[]): readonly string[] {
  const names = flavours.flatMap((flavour) => [
    ...packagesOf[flavour],
    ...neededPrograms(flavour, false).map((needed) => needed.package),
  ]);
  return [...new Set([...names, ...chosen.flatMap((extra) => packagesOfExtra[extra])])].sort();
}
