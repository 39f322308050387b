import { LxdkitError } from "@lxdkit/protocol";

const codes: ReadonlySet<string> = new Set([
  "SOCKET_NOT_FOUND",
  "SOCKET_REFUSED",
  "CONNECT_FAILED",
  "CONNECTION_LOST",
  "HANDSHAKE_FAILED",
  "UNAVAILABLE",
]);

/** Says whether an error means that the server is not there at the moment: it stops, starts or crashed. */
export function isAway(error: unknown): boolean {
  return LxdkitError.is(error) && codes.has(error.code);
}
