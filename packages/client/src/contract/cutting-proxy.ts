import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A proxy in front of a server's socket that cuts the web sockets of sessions when it is told to. */
export interface CuttingProxy extends AsyncDisposable {
  readonly socketPath: string;
  /** Cuts the connection of a session's socket (`0`, `1`, `2`, `control`) on both sides, as a load balancer does. */
  cut(name: string): void;
  /** Cuts everything. */
  cutAll(): void;
}

/** More than a request line, or the answer that names the sockets of a session, has. */
const keptChars = 8_192;

/** Starts a proxy. It learns from what passes which connection carries what. */
export async function startCuttingProxy(serverPath: string): Promise<CuttingProxy> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-proxy-"));
  const socketPath = join(folder, "unix.socket");
  const names = new Map<string, string>();
  const secrets = new Map<string, Socket>();
  const told = new Set<string>();
  const open = new Set<Socket>();
  const server = createServer((caller) => {
    const target = connect(serverPath);
    const ends = [caller, target];
    for (const end of ends) {
      open.add(end);
      end.on("error", () => undefined);
      end.on("close", () => {
        open.delete(end);
        for (const other of ends) other.destroy();
      });
    }
    // What is looked for may come in two pieces.
    let asked = "";
    let answered = "";
    caller.on("data", (bytes: Buffer) => {
      if (asked.length < keptChars) asked += bytes.toString("latin1", 0, keptChars);
      const secret = /^GET \S*secret=([0-9a-f]+)[ &]/.exec(asked)?.[1];
      if (secret !== undefined) secrets.set(secret, caller);
      target.write(bytes);
    });
    target.on("data", (bytes: Buffer) => {
      answered = answered.slice(-keptChars) + bytes.toString("latin1");
      const fds = [...answered.matchAll(/"fds":\{([^}]*)\}/g)].at(-1)?.[1] ?? "";
      for (const [, name = "", secret = ""] of fds.matchAll(/"(\w+)":"([0-9a-f]+)"/g)) {
        // The events of a session that has ended name its sockets again, also after the next one has begun.
        if (!told.has(secret)) names.set(name, secret);
        told.add(secret);
      }
      caller.write(bytes);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  const cutAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    socketPath,
    cut(name) {
      const socket = secrets.get(names.get(name) ?? "");
      if (socket === undefined) throw new Error(`no socket ${name} passed`);
      socket.destroy();
    },
    cutAll,
    async [Symbol.asyncDispose]() {
      cutAll();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
