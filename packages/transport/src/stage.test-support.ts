import { mkdtemp, rm } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createNetServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import type { CertificatePair } from "@lxdkit/certificates";
import { buildConnector } from "undici";
import { connectHttps } from "./connect-https.ts";
import { connectUnix } from "./connect-unix.ts";
import type { Connection } from "./connection.ts";
import { explainUnix } from "./explain-unix.ts";
import { httpConnection, type HttpConnectionOptions } from "./http-connection.ts";

/** A server of a test, which knows its sockets. */
export interface StagedServer {
  /** Socket path, or `127.0.0.1:port`. */
  readonly address: string;
  readonly server: Server;
  /** Every socket that was accepted. */
  readonly sockets: readonly Socket[];
  /** How many of them are open. */
  open(): number;
  /** Resolves when none of them is. */
  gone(): Promise<void>;
}

/** Limits that connections have no options for. */
export type StageLimits = Pick<HttpConnectionOptions, "maxSockets" | "maxAnswerBytes" | "retryPauseMs">;

/** Servers and connections for one test. Its end fails when a socket or a timer is left. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  /** A server that answers requests. */
  http(listener: RequestListener): Promise<StagedServer>;
  /** A server that does with its sockets what it likes; over TLS, after the handshake. */
  raw(onSocket: (socket: Socket) => void): Promise<StagedServer>;
  /** A server that was made elsewhere, on TCP. */
  tcp(server: Server): Promise<StagedServer>;
  connect(server: StagedServer): Connection;
  /** A connection over a unix socket with limits of its own; without pauses before retries unless told otherwise. */
  connectWith(server: Pick<StagedServer, "address">, limits: StageLimits): Connection;
  /** Closes the connection at the end, too. */
  keep(connection: Connection): Connection;
}

/** Opens a stage of unix sockets, or with a certificate one of HTTPS. */
export async function openStage(pair?: CertificatePair): Promise<Stage> {
  const before = resources();
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-transport-"));
  const servers: StagedServer[] = [];
  const connections: Connection[] = [];
  const listen = async (server: Server, path?: string): Promise<StagedServer> => {
    const sockets: Socket[] = [];
    server.on("connection", (socket: Socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      // Those of HTTP servers stay half open, also when they have left HTTP.
      socket.on("end", () => socket.end());
    });
    await new Promise<void>((resolve) => {
      if (path === undefined) server.listen(0, "127.0.0.1", resolve);
      else server.listen(path, resolve);
    });
    const address = path ?? `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const open = (): Socket[] => sockets.filter((socket) => !socket.closed);
    const gone = async (): Promise<void> => {
      await Promise.all(open().map(closed));
    };
    const staged = { address, server, sockets, open: () => open().length, gone };
    servers.push(staged);
    return staged;
  };
  const path = (): string | undefined =>
    pair === undefined ? join(folder, `${String(servers.length)}.socket`) : undefined;
  const tls = pair === undefined ? undefined : { cert: pair.certificate, key: pair.key };
  const keep = (connection: Connection): Connection => {
    connections.push(connection);
    return connection;
  };
  return {
    folder,
    http: (listener) =>
      listen(tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener), path()),
    raw(onSocket) {
      const handle = (socket: Socket): void => {
        socket.on("error", () => undefined);
        onSocket(socket);
      };
      return listen(tls === undefined ? createNetServer(handle) : createTlsServer(tls, handle), path());
    },
    tcp: (server) => listen(server),
    connect: ({ address }) =>
      keep(
        pair === undefined
          ? connectUnix({ socketPath: address })
          : connectHttps({ address, serverCertificate: pair.certificate }),
      ),
    connectWith({ address }, limits) {
      const connector = buildConnector({ socketPath: address });
      const where = { address, origin: "http://unix.socket", explain: explainUnix };
      return keep(httpConnection({ connector, ...where, retryPauseMs: 0, ...limits }));
    },
    keep,
    async [Symbol.asyncDispose]() {
      await Promise.all(connections.map((connection) => connection.close()));
      await Promise.all(servers.map(ended));
      await rm(folder, { recursive: true });
      const left = [...resources()].filter(([kind, count]) => count > (before.get(kind) ?? 0));
      if (left.length > 0) throw new Error(`something is left open: ${left.join(" ")}`);
    },
  };
}

/** Resolves when the stream is closed. */
export async function closed(stream: Readable): Promise<void> {
  if (!stream.closed) await new Promise((resolve) => stream.once("close", resolve));
}

/** Says how a call failed, and after how many milliseconds. */
export async function outcome(call: Promise<unknown>): Promise<{ readonly error: unknown; readonly ms: number }> {
  const start = performance.now();
  try {
    await call;
  } catch (error) {
    return { error, ms: performance.now() - start };
  }
  throw new Error("it succeeded");
}

/** The text of an envelope. */
export function sync(metadata: unknown): string {
  return JSON.stringify({ type: "sync", status: "Success", status_code: 200, metadata });
}

/** Closes a server all of whose clients must have left it by themselves. */
async function ended({ server, sockets, open, gone }: StagedServer): Promise<void> {
  // A socket that nobody reads does not see that the other side has gone.
  for (const socket of sockets) socket.resume();
  const deadline = new Promise<never>((_resolve, reject) => {
    const fail = (): void => {
      for (const socket of sockets) socket.destroy();
      reject(new Error(`${String(open())} of ${String(sockets.length)} sockets stayed open`));
    };
    const timer = setTimeout(fail, 2_000);
    void gone().then(() => {
      clearTimeout(timer);
    });
  });
  await Promise.race([gone(), deadline]);
  await new Promise((resolve) => server.close(resolve));
}

/** Sockets and timers that keep the process alive, counted by kind. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (/Wrap$|^Timeout$|^Immediate$/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}
