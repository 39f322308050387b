import { statSync } from "node:fs";
import { join } from "node:path";
import { TransportError } from "./transport-error.ts";

/** Where servers keep their socket unless told otherwise, in the order in which they are tried. */
const knownPaths: readonly string[] = [
  "/var/snap/lxd/common/lxd/unix.socket",
  "/var/lib/lxd/unix.socket",
  "/run/incus/unix.socket",
  "/var/lib/incus/unix.socket",
  "/run/incus/unix.socket.user",
  "/var/lib/incus/unix.socket.user",
];

/** Options of {@link socketCandidates} and {@link findSocket}. */
export interface FindSocketOptions {
  /** The environment to read `LXD_DIR`, `LXD_SOCKET`, `INCUS_DIR` and `INCUS_SOCKET` from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Says whether a path is a unix socket; by default a `stat` that follows links. */
  readonly isSocket?: (path: string) => boolean;
}

/**
 * The paths at which a local server may listen, best first: `$LXD_DIR/unix.socket`, `$LXD_SOCKET`,
 * `$INCUS_DIR/unix.socket`, `$INCUS_SOCKET`, then the places where packages put it. Empty variables are skipped;
 * relative values stay relative.
 */
export function socketCandidates({ environment }: Pick<FindSocketOptions, "environment">): string[] {
  const { LXD_DIR, LXD_SOCKET, INCUS_DIR, INCUS_SOCKET } = environment;
  const inFolder = (folder: string | undefined): string | undefined => folder && join(folder, "unix.socket");
  const named = [inFolder(LXD_DIR), LXD_SOCKET, inFolder(INCUS_DIR), INCUS_SOCKET];
  return [...new Set([...named.filter((path) => path !== undefined && path !== ""), ...knownPaths])] as string[];
}

/** The first candidate that is a unix socket, or undefined. */
export function findSocket(options: FindSocketOptions): string | undefined {
  return socketCandidates(options).find(options.isSocket ?? isSocket);
}

/**
 * The socket of the local server.
 *
 * @throws {TransportError} `SOCKET_NOT_FOUND` naming every path that was tried.
 */
export function requireSocket(options: FindSocketOptions): string {
  const found = findSocket(options);
  if (found !== undefined) return found;
  const tried = socketCandidates(options);
  throw new TransportError(`no LXD or Incus server found on this machine; tried ${tried.join(", ")}`, {
    code: "SOCKET_NOT_FOUND",
    address: tried.join(", "),
    hint:
      "Install LXD or Incus and start it, or name its socket: set LXD_SOCKET or INCUS_SOCKET to the path, " +
      "or LXD_DIR or INCUS_DIR to its folder.",
  });
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    // Missing, or in a folder that may not be read: not usable either way.
    return false;
  }
}
