import { statSync } from "node:fs";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { CertificateError } from "./certificate-error.ts";

/** Options of {@link findConfigFolder}. */
export interface FindConfigFolderOptions {
  /** Whose folder: that of `lxc` or that of `incus`. */
  readonly flavour: Flavour;
  /** The environment to read `LXD_CONF`, `INCUS_CONF` and `HOME` from: `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Says whether a path is a folder; by default a `stat` that follows links. */
  readonly isFolder?: (path: string) => boolean;
}

/**
 * The folder where `lxc` or `incus` keeps certificates and remotes. It need not exist.
 *
 * For LXD: `$LXD_CONF`, else `$HOME/snap/lxd/common/config` when it exists (the snap's `lxc`), else
 * `$HOME/.config/lxc`. For Incus: `$INCUS_CONF`, else `$HOME/.config/incus`. Empty variables count as not set.
 *
 * @throws {CertificateError} `CONFIG_FOLDER_UNKNOWN` when neither variable is set.
 */
export function findConfigFolder({
  flavour,
  environment,
  isFolder = isExistingFolder,
}: FindConfigFolderOptions): string {
  const variable = flavour === "lxd" ? "LXD_CONF" : "INCUS_CONF";
  const named = environment[variable];
  if (named) return named;
  const home = environment["HOME"];
  if (!home) {
    throw new CertificateError(`neither ${variable} nor HOME is set, so the configuration folder is unknown`, {
      code: "CONFIG_FOLDER_UNKNOWN",
      hint: `Set ${variable} to the folder.`,
    });
  }
  const ofSnap = join(home, "snap/lxd/common/config");
  if (flavour === "lxd" && isFolder(ofSnap)) return ofSnap;
  return join(home, ".config", flavour === "lxd" ? "lxc" : "incus");
}

function isExistingFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
