import { rename } from "node:fs/promises";
import type { Server } from "node:http";
import { createServer as createNetServer } from "node:net";
import { dirname, join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";

/** The kernel's limit without the zero at the end; Node cuts a longer path without a word. */
const longestSocketPath = 107;

/** Lets a server listen on a unix socket; the errors are those of `startFakeServer`. */
export async function listenOnSocket(server: Server, socketPath: string): Promise<void> {
  if (Buffer.byteLength(socketPath) > longestSocketPath) {
    throw new LxdkitError(`the path of the fake server's socket is too long: ${socketPath}`, {
      code: "FAKE_SOCKET_PATH_TOO_LONG",
      address: socketPath,
      hint: `Choose a path of at most ${String(longestSocketPath)} bytes.`,
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const isTaken = cause.code === "EADDRINUSE";
      reject(
        new LxdkitError(`the fake server cannot listen on ${socketPath}: ${cause.message}`, {
          code: isTaken ? "FAKE_SOCKET_TAKEN" : "FAKE_NOT_LISTENING",
          cause,
          address: socketPath,
          hint: isTaken
            ? "Remove that file if nothing uses it, or choose another path."
            : "Choose a path in a directory that you may write to.",
        }),
      );
    });
    server.listen(socketPath, resolve);
  });
}

/** Ends a server with all its connections. */
export function shutServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Leaves a socket at the path to which nobody listens, as a server does that is killed. */
export async function leaveDeadSocket(socketPath: string): Promise<void> {
  // No longer than the path itself, which may be as long as it can be.
  const aside = join(dirname(socketPath), "~");
  const server = createNetServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(aside, resolve));
  // A server removes its socket under the name that it gave it.
  await rename(aside, socketPath);
  await new Promise((resolve) => server.close(resolve));
}
