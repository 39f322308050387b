import { TransportError } from "./transport-error.ts";

/** Code, message and hint for each way in which connecting to a unix socket fails. */
const failures: Readonly<Record<string, readonly [code: string, text: string, hint: string]>> = {
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

/** Turns an error of the HTTP client into one that says what failed, where, and what to do. */
export function connectionFailure(cause: unknown, address: string, request: string): TransportError {
  const { code = "", syscall, message } = rootCause(cause);
  const known = failures[code];
  if (syscall === "connect" && known !== undefined) {
    const [ourCode, text, hint] = known;
    return new TransportError(`cannot connect to ${address}: ${text}`, {
      code: ourCode,
      hint,
      cause,
      address,
      request,
    });
  }
  const isConnecting = syscall === "connect" || code === "UND_ERR_CONNECT_TIMEOUT";
  return new TransportError(
    isConnecting ? `cannot connect to ${address}: ${message}` : `lost the connection during ${request}: ${message}`,
    { code: isConnecting ? "CONNECT_FAILED" : "CONNECTION_LOST", cause, address, request },
  );
}

/** The innermost system error: the HTTP client wraps what the operating system said. */
function rootCause(error: unknown): NodeJS.ErrnoException {
  let current = error as NodeJS.ErrnoException & { cause?: unknown };
  while (current.syscall === undefined && current.cause instanceof Error) {
    current = current.cause;
  }
  return current;
}
