import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";

/** The Debian packages that a server of each flavour needs, clients included. */
export const packagesOf: Readonly<Record<Flavour, readonly string[]>> = {
  lxd: ["lxd", "lxd-client"],
  incus: ["incus-base", "incus-client"],
};

/** A program that a bed calls, and the Debian package that has it. */
export interface NeededProgram {
  readonly program: string;
  readonly package: string;
}

/** Programs that every bed needs. */
const always: readonly NeededProgram[] = [
  { program: "bash", package: "bash" },
  { program: "unshare", package: "util-linux" },
  { program: "nsenter", package: "util-linux" },
  { program: "setpriv", package: "util-linux" },
  { program: "flock", package: "util-linux" },
  { program: "mount", package: "mount" },
  { program: "hostname", package: "hostname" },
  { program: "ip", package: "iproute2" },
  { program: "dnsmasq", package: "dnsmasq-base" },
  { program: "nft", package: "nftables" },
  { program: "getfattr", package: "attr" },
  { program: "mksquashfs", package: "squashfs-tools" },
  { program: "tar", package: "tar" },
  { program: "xz", package: "xz-utils" },
  { program: "busybox", package: "busybox-static" },
];

/** Programs of each flavour. */
const byFlavour: Readonly<Record<Flavour, readonly NeededProgram[]>> = {
  lxd: [
    { program: "lxd", package: "lxd" },
    { program: "lxc", package: "lxd-client" },
  ],
  incus: [
    { program: "incusd", package: "incus-base" },
    { program: "incus", package: "incus-client" },
  ],
};

/** Programs that building the cloud image needs. */
const cloud: readonly NeededProgram[] = [
  { program: "debootstrap", package: "debootstrap" },
  { program: "chroot", package: "coreutils" },
];

/** Every program that such a bed calls, with its Debian package. */
export function neededPrograms(flavour: Flavour, withCloudImage: boolean): readonly NeededProgram[] {
  return [...always, ...byFlavour[flavour], ...(withCloudImage ? cloud : [])];
}

/** Folders outside of PATH where distributions put the daemons and system programs. */
const extraFolders = [
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/usr/libexec/incus",
  "/usr/lib/incus",
  "/opt/incus/bin",
];

/** The path of a program, searched in PATH and in the usual places of daemons; `undefined` when it is not there. */
export function findProgram(program: string, path: string = process.env["PATH"] ?? ""): string | undefined {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ""), ...extraFolders];
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
}

/** The names that differ between the two families. */
export interface FlavourNames {
  /** Program of the daemon. */
  readonly daemon: string;
  /** Program of the client. */
  readonly client: string;
  /** Words before the options of `init`. */
  readonly init: readonly string[];
  /** Variable that names the state directory. */
  readonly directoryVariable: string;
  /** Variable that names the client's configuration directory. */
  readonly configVariable: string;
  /** The managed bridge that a fresh bed has. */
  readonly bridge: string;
}

/** The names that a flavour uses. */
export const namesOf: Readonly<Record<Flavour, FlavourNames>> = {
  lxd: {
    daemon: "lxd",
    client: "lxc",
    init: ["lxd", "init"],
    directoryVariable: "LXD_DIR",
    configVariable: "LXD_CONF",
    bridge: "lxdbr0",
  },
  incus: {
    daemon: "incusd",
    client: "incus",
    init: ["incus", "admin", "init"],
    directoryVariable: "INCUS_DIR",
    configVariable: "INCUS_CONF",
    bridge: "incusbr0",
  },
};
