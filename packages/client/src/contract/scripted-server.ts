import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { connectUnix } from "@lxdkit/transport";
import { type WebSocket, WebSocketServer } from "ws";
import { type Client, createClient } from "../client.ts";

/** A request that a script may answer. */
export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly message: IncomingMessage;
}

/** What a server of a test does; what is left out is done as a plain server would. */
export interface Script {
  /** Answers a request by hand; false hands it on. */
  readonly onRequest?: (request: ScriptedRequest, response: ServerResponse) => boolean;
  /** Answers a request for another protocol by hand; false hands it on. */
  readonly onUpgrade?: (request: ScriptedRequest, socket: Duplex) => boolean;
  /** The `fds` of a session's operation; all sockets by default. */
  readonly fds?: unknown;
  /** Hears of each socket of a session that was opened. */
  readonly onSocket?: (name: string, socket: WebSocket) => void;
}

/** A server that plays a script, and a client for it. */
export interface ScriptedServer extends AsyncDisposable {
  readonly client: Client;
  readonly socketPath: string;
  /** `GET /1.0/x` of every request so far. */
  readonly requests: readonly string[];
  /** The sockets of the session by name. */
  readonly sockets: ReadonlyMap<string, WebSocket>;
  /** Ends the operation; undefined for no exit code. */
  end(status: { readonly code?: number; readonly exitCode?: number | undefined; readonly err?: string }): void;
  /** Forgets the operation without a word. */
  forget(): void;
  /** Sends an event. */
  tell(event: object): void;
  /** Cuts every events socket. */
  dropEvents(): void;
  /** How many sockets of any kind are open. */
  openSockets(): number;
}

const id = "0ea1";
export const sessionFds = { "0": "s0", "1": "s1", "2": "s2", control: "sc" } as const;

/** Starts a server on a unix socket that does what a script says. */
export async function startScriptedServer(script: Script = {}): Promise<ScriptedServer> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-script-"));
  const socketPath = join(folder, "unix.socket");
  const requests: string[] = [];
  const sockets = new Map<string, WebSocket>();
  const events = new Set<WebSocket>();
  const metadata: Record<string, unknown> = { fds: script.fds === undefined ? sessionFds : script.fds };
  const operation = { id, class: "websocket", description: "Executing command", status: "Running", status_code: 103 };
  let state: object | undefined = { ...operation, metadata };
  const web = new WebSocketServer({ noServer: true, autoPong: true });
  const tell = (event: object): void => {
    for (const socket of events) socket.send(JSON.stringify({ timestamp: "2026-01-01T00:00:00Z", ...event }));
  };
  const http = createServer((message, response) => {
    const request = read(message);
    requests.push(`${request.method} ${request.path}`);
    if (script.onRequest?.(request, response) !== true) answer(request, response);
  });
  const answer = ({ method, path }: ScriptedRequest, response: ServerResponse): void => {
    if (path === "/1.0")
      return sync(response, { api_version: "1.0", environment: { server: "lxd", server_version: "5" } });
    if (method === "POST")
      return reply(response, 202, { type: "async", operation: `/1.0/operations/${id}`, metadata: state });
    if (path === `/1.0/operations/${id}` && state !== undefined) return sync(response, state);
    refuse(response, 404, "Not Found");
  };
  http.on("upgrade", (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    const request = read(message);
    requests.push(`${request.method} ${request.path}`);
    socket.on("error", () => undefined);
    if (script.onUpgrade?.(request, socket) === true) return;
    web.handleUpgrade(message, socket, head, (opened) => {
      opened.on("error", () => undefined);
      if (request.path === "/1.0/events") {
        events.add(opened);
        opened.on("close", () => events.delete(opened));
        opened.ping();
        return;
      }
      const secret = request.query.get("secret");
      const name = Object.entries(sessionFds).find(([, value]) => value === secret)?.[0] ?? "";
      sockets.set(name, opened);
      script.onSocket?.(name, opened);
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(socketPath, resolve);
  });
  const connection = connectUnix({ socketPath });
  const client = createClient(connection);
  return {
    client,
    socketPath,
    requests,
    sockets,
    end({ code = 200, exitCode, err = "" }) {
      state = { ...operation, status: "Success", status_code: code, err, metadata: { ...metadata, return: exitCode } };
      tell({ type: "operation", metadata: state });
    },
    forget() {
      state = undefined;
    },
    tell,
    dropEvents() {
      for (const socket of events) socket.terminate();
    },
    openSockets: () => web.clients.size,
    async [Symbol.asyncDispose]() {
      client.events.close();
      await connection.close();
      for (const socket of web.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function read(message: IncomingMessage): ScriptedRequest {
  const url = new URL(message.url ?? "/", "http://server");
  return { method: message.method ?? "", path: url.pathname, query: url.searchParams, message };
}

/** Answers with an envelope. */
function reply(response: ServerResponse, status: number, envelope: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(envelope));
}

/** Answers with metadata. */
export function sync(response: ServerResponse, metadata: unknown): void {
  reply(response, 200, { type: "sync", status: "Success", status_code: 200, metadata });
}

/** Refuses. */
export function refuse(response: ServerResponse, status: number, error: string): void {
  reply(response, status, { type: "error", error_code: status, error, metadata: null });
}
