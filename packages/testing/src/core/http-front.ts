import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { WebSocketServer } from "ws";
import { pause } from "./clock.ts";
import { asyncEnvelope, errorEnvelope, syncEnvelope } from "./envelope-text.ts";
import type { FakeState } from "./fake-state.ts";
import type { Faults } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import { type ApiReply, handlerOf, matchRoute, type Route } from "./router.ts";
import { readSubscription } from "../events/events-route.ts";

/** A request that the fake received. */
export interface LoggedRequest {
  readonly method: string;
  /** The path as it was sent, without query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON, or the text when it is none; undefined when there was no body. */
  readonly body: unknown;
  /** HTTP status of the answer; undefined until it is sent, or when the caller was cut off. */
  readonly status: number | undefined;
}

/** What the HTTP side of the fake needs. */
export interface HttpFrontParts {
  readonly state: FakeState;
  readonly routes: readonly Route[];
  readonly faults: Faults;
  /** Told of each request when it arrives; the entry gets its status later. */
  log(entry: LoggedRequest): void;
}

/** Makes the HTTP server of the fake; it does not listen yet. */
export function createHttpFront(parts: HttpFrontParts): Server {
  // Go keeps idle connections for ever; zero means the same here.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => void answer(parts, request, response));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (subscribe(parts, sockets, request, socket, head)) return;
    // What cannot be upgraded is answered as a plain request.
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.on("finish", () => socket.end());
    void answer(parts, request, response);
  });
  return server;
}

interface Target {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

function targetOf(request: IncomingMessage): Target {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1)),
  };
}

type Entry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

function openEntry(parts: HttpFrontParts, { method, path, query }: Target): Entry {
  const entry: Entry = { method, path, query: Object.fromEntries(query), body: undefined, status: undefined };
  parts.log(entry);
  const context = { ip: "@", method, protocol: "unix", url: path, username: "root" };
  parts.state.events.publish("logging", { message: "Handling API request", level: "debug", context });
  return entry;
}

/** Opens an events socket; false when the request has to be answered as a plain one. */
function subscribe(
  parts: HttpFrontParts,
  sockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): boolean {
  const target = targetOf(request);
  if (target.path !== "/1.0/events" || target.method !== "GET") return false;
  let subscription: ReturnType<typeof readSubscription>;
  try {
    const fault = parts.faults.takeRequestFault(target.method, target.path);
    if (fault !== undefined) throw new Refusal(fault.status, fault.error);
    subscription = readSubscription(parts.state, target.query);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refuseUpgrade(parts, target, request, socket, error);
    return true;
  }
  const entry = openEntry(parts, target);
  entry.status = 101;
  const { events, timings } = parts.state;
  sockets.handleUpgrade(request, socket, head, (client) => events.attach(client, subscription, timings.listenMs));
  return true;
}

function refuseUpgrade(
  parts: HttpFrontParts,
  target: Target,
  request: IncomingMessage,
  socket: Duplex,
  refusal: Refusal,
): void {
  openEntry(parts, target).status = refusal.status;
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket as Socket);
  response.on("finish", () => socket.end());
  sendRefusal(response, refusal);
}

async function answer(parts: HttpFrontParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = targetOf(request);
  const { method, path } = target;
  const entry = openEntry(parts, target);
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const body = await text(request);
    entry.body = parsed(body);
    const isLost = parts.faults.takeLostReply(method, path) !== undefined;
    const delay = parts.faults.takeDelay(method, path);
    const fault = parts.faults.takeRequestFault(method, path);
    const send = await work(parts, target, request, body, gone.signal, fault && new Refusal(fault.status, fault.error));
    if (delay !== undefined) await pause(parts.state.clock, delay.ms);
    if (isLost) {
      response.destroy();
      return;
    }
    await send(response);
    entry.status = response.statusCode;
  } catch (error) {
    // The caller hung up while its body was read, or the fake itself is wrong: both end this connection only.
    response.destroy(error instanceof Error ? error : undefined);
  }
}

type Send = (response: ServerResponse) => void | Promise<void>;

async function work(
  { state, routes }: HttpFrontParts,
  { method, path, query }: Target,
  request: IncomingMessage,
  body: string,
  signal: AbortSignal,
  planted: Refusal | undefined,
): Promise<Send> {
  try {
    if (planted !== undefined) throw planted;
    // Both families answer OPTIONS on every path with an empty 200.
    if (method === "OPTIONS") return (response) => void response.end();
    const match = matchRoute(routes, path);
    const handler = handlerOf(match, method);
    const params = match?.params ?? {};
    const reply = await handler({ state, method, params, query, headers: request.headers, body, signal });
    return (response) => sendReply(response, reply);
  } catch (error) {
    if (error instanceof Refusal) return (response) => sendRefusal(response, error);
    throw error;
  }
}

const json = { "Content-Type": "application/json" };

function sendReply(response: ServerResponse, reply: ApiReply): void | Promise<void> {
  switch (reply.kind) {
    case "raw":
      return reply.write(response);
    case "sync":
      response.writeHead(200, { ...json, ...(reply.etag === undefined ? {} : { ETag: `"${reply.etag}"` }) });
      return void response.end(syncEnvelope(reply.metadata));
    case "operation": {
      const view = reply.operation.view();
      const path = `/1.0/operations/${view.id}`;
      response.writeHead(202, { ...json, Location: path });
      return void response.end(asyncEnvelope(path, view));
    }
  }
}

function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { ...json, "X-Content-Type-Options": "nosniff" });
  response.end(errorEnvelope(refusal.status, refusal.message));
}

function parsed(body: string): unknown {
  if (body === "") return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
