import { statSync } from "node:fs";
import { join } from "node:path";
import { type Flavour, flavourTitle } from "@lxdkit/protocol";
import { TransportError } from "./transport-error.ts";

/** Where servers keep their socket unless told otherwise, in the order in which they are tried. */
const knownPaths: Readonly<Record<Flavour, readonly string[]>> = {
  lxd: ["/var/snap/lxd/common/lxd/unix.socket", "/var/lib/lxd/unix.socket"],
  incus: [
    "/run/incus/unix.socket",
    "/var/lib/incus/unix.socket",
    "/run/incus/unix.socket.user",
    "/var/lib/incus/unix.socket.user",
  ],
};

/** Options of {@link socketCandidates} and {@link findSocket}. */
export interface FindSocketOptions {
  /** The environment to read `LXD_DIR`, `LXD_SOCKET`, `INCUS_DIR` and `INCUS_SOCKET` from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The family whose servers are looked for; both by default. */
  readonly flavour?: Flavour | undefined;
  /** Says whether a path is a unix socket; by default a `stat` that follows links. */
  readonly isSocket?: (path: string) => boolean;
}

/**
 * The paths at which a local server may listen, best first: `$LXD_DIR/unix.socket`, `$LXD_SOCKET`,
 * `$INCUS_DIR/unix.socket`, `$INCUS_SOCKET`, then the places where packages put it. Empty variables are skipped;
 * relative values stay relative.
 */
export function socketCandidates({ environment, flavour }: Omit<FindSocketOptions, "isSocket">): string[] {
  const { LXD_DIR, LXD_SOCKET, INCUS_DIR, INCUS_SOCKET } = environment;
  const inFolder = (folder: string | undefined): string | undefined => folder && join(folder, "unix.socket");
  const named = { lxd: [inFolder(LXD_DIR), LXD_SOCKET], incus: [inFolder(INCUS_DIR), INCUS_SOCKET] };
  const flavours: readonly Flavour[] = flavour === undefined ? ["lxd", "incus"] : [flavour];
  const paths = [...flavours.flatMap((one) => named[one]), ...flavours.flatMap((one) => knownPaths[one])];
  return [...new Set(paths.filter((path) => path !== undefined && path !== ""))] as string[];
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
  const { flavour } = options;
  const wanted = flavour === undefined ? "LXD or Incus" : flavourTitle(flavour);
  const tried = socketCandidates(options).join(", ");
  throw new TransportError(`no ${wanted} server found on this machine; tried ${tried}`, {
    code: "SOCKET_NOT_FOUND",
    address: tried,
    hint:
      `Install ${wanted} and start it, or name its socket: set LXD_SOCKET or INCUS_SOCKET to the path, ` +
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
