// Carries connections between an address inside a network namespace and a socket file that both sides see.
import { rmSync } from "node:fs";
import { createConnection, createServer } from "node:net";

/**
 * Listens at one address and connects every caller to another one.
 *
 * @param {import("./relay.mjs").RelayAddress} from
 * @param {import("./relay.mjs").RelayAddress} to
 */
export async function startRelay(from, to) {
  const open = new Set();
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    const callee = createConnection({ ...to, allowHalfOpen: true });
    for (const [socket, other] of [
      [caller, callee],
      [callee, caller],
    ]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        // A side that ended in order has been passed on by pipe(); one that was cut must cut the other.
        if (!socket.readableEnded) other.destroy();
      });
      socket.pipe(other);
    }
  });
  if ("path" in from) rmSync(from.path, { force: true });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(from, () => resolve(undefined));
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        for (const socket of open) socket.destroy();
      }),
  };
}
