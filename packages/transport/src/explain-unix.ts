import type { Failure } from "./connection-failure.ts";

const install = "Install LXD (snap install lxd) or Incus";
const prepare = "join the group lxd or incus-admin (newgrp lxd), and run lxd init or incus admin init";

const failures: Readonly<Record<string, Failure>> = {
  ENOENT: [
    "SOCKET_NOT_FOUND",
    "there is no socket",
    `Is LXD or Incus installed and running? ${install}, ${prepare}. If it is, check the path.`,
  ],
  ENOTDIR: ["SOCKET_NOT_FOUND", "there is no socket", "A part of the path is not a folder; check the path."],
  ECONNREFUSED: [
    "SOCKET_REFUSED",
    "nobody answers on the socket",
    `The server that made it is not running. Start LXD or Incus; if it is new, ${prepare}.`,
  ],
  EACCES: [
    "SOCKET_FORBIDDEN",
    "permission to use the socket is denied",
    "Join the group lxd or incus-admin (newgrp lxd, or log in again), or run the command as root; a new server also " +
      "wants lxd init or incus admin init.",
  ],
  ENOTSOCK: ["NOT_A_SOCKET", "the path is not a socket", "Name the server's unix.socket."],
};

/** Tells why a unix socket cannot be connected to. */
export function explainUnix({ code = "", syscall, message }: NodeJS.ErrnoException): Failure | undefined {
  if (syscall !== "connect") return undefined;
  return failures[code] ?? ["CONNECT_FAILED", message, `Check that the server runs. ${install} if it is missing.`];
}
