import type { Failure } from "./connection-failure.ts";

const failures: Readonly<Record<string, Failure>> = {
  ENOENT: [
    "SOCKET_NOT_FOUND",
    "there is no socket",
    "Is LXD or Incus installed and running? Check the path, or leave it out to try the usual places.",
  ],
  ENOTDIR: ["SOCKET_NOT_FOUND", "there is no socket", "A part of the path is not a folder; check the path."],
  ECONNREFUSED: [
    "SOCKET_REFUSED",
    "nobody answers on the socket",
    "The server that made it is not running. Start LXD or Incus, then try again.",
  ],
  EACCES: [
    "SOCKET_FORBIDDEN",
    "permission to use the socket is denied",
    "Join the group lxd or incus-admin (then log in again), or run the command as root.",
  ],
  ENOTSOCK: ["NOT_A_SOCKET", "the path is not a socket", "Name the server's unix.socket."],
};

/** Tells why a unix socket cannot be connected to. */
export function explainUnix({ code = "", syscall }: NodeJS.ErrnoException): Failure | undefined {
  return syscall === "connect" ? failures[code] : undefined;
}
