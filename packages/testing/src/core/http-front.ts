import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pause } from "./clock.ts";
import { asyncEnvelope, errorEnvelope, syncEnvelope } from "./envelope-text.ts";
import type { FakeState } from "./fake-state.ts";
import type { Faults, RequestFault } from "./faults.ts";
import { Refusal } from "./refusal.ts";
import { callerOf } from "./caller.ts";
import {
  type ApiReply,
  type Caller,
  createRouteMatcher,
  handlerOf,
  type Match,
  type Route,
  type RouteMatcher,
} from "./router.ts";
import { createUpgrades, type Upgrade } from "./upgrade.ts";

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

/** The HTTP side of the fake. */
export interface HttpFront {
  /** Gives an HTTP server, with or without TLS, the handlers of the fake. */
  serve(server: Server | HttpsServer): void;
  /** Cuts all connections that speak something else than HTTP by now, such as websockets. */
  dropUpgraded(): void;
}

/** Makes the {@link HttpFront} of a fake. */
export function createHttpFront(parts: HttpFrontParts): HttpFront {
  const front = { ...parts, match: createRouteMatcher(parts.routes) };
  const upgrades = createUpgrades();
  return {
    serve(server) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        void answer(front, request, response, undefined);
      });
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on("error", () => socket.destroy());
        // What is not upgraded in the end is answered as a plain request.
        const response = new ServerResponse(request);
        response.shouldKeepAlive = false;
        response.assignSocket(socket as Socket);
        response.on("finish", () => socket.end());
        void answer(front, request, response, upgrades.prepare({ request, response, socket, head }));
      });
    },
    dropUpgraded: upgrades.drop,
  };
}

interface Front extends HttpFrontParts {
  readonly match: RouteMatcher;
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

function openEntry(parts: Front, { method, path, query }: Target, caller: Caller): Entry {
  const entry: Entry = { method, path, query: Object.fromEntries(query), body: undefined, status: undefined };
  parts.log(entry);
  const { address, protocol, username } = caller;
  const context = { ip: address, method, protocol, url: path, username };
  parts.state.events.publish("logging", { message: "Handling API request", level: "debug", context });
  return entry;
}

async function answer(
  front: Front,
  request: IncomingMessage,
  response: ServerResponse,
  upgrade: Upgrade | undefined,
): Promise<void> {
  const { state, faults } = front;
  const target = targetOf(request);
  const { method, path } = target;
  const caller = callerOf(state, request.socket);
  const entry = openEntry(front, target, caller);
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const bytes = await buffer(request);
    const body = hasText(request) ? bytes.toString() : "";
    entry.body = hasText(request) ? parsed(body) : bytes;
    const isLost = faults.takeLostReply(method, path) !== undefined;
    const delay = faults.takeDelay(method, path);
    const fault = faults.takeRequestFault(method, path);
    const send = await work(front, target, { request, body, bytes, caller, upgrade, signal: gone.signal }, fault);
    if (delay !== undefined) await pause(state.clock, delay.ms);
    if (isLost) {
      response.destroy();
      return;
    }
    await send(response);
    entry.status = upgrade?.isDone === true ? 101 : response.statusCode;
  } catch (error) {
    // The caller hung up while its body was read, or the fake itself is wrong: both end this connection only.
    response.destroy(error instanceof Error ? error : undefined);
  }
}

/** Files are no text, and may be long. */
function hasText({ headers }: IncomingMessage): boolean {
  return !/^(?:application\/octet-stream|multipart\/)/.test(headers["content-type"] ?? "");
}

type Send = (response: ServerResponse) => void | Promise<void>;

interface Incoming {
  readonly request: IncomingMessage;
  readonly body: string;
  readonly bytes: Buffer;
  readonly caller: Caller;
  readonly upgrade: Upgrade | undefined;
  readonly signal: AbortSignal;
}

async function work(
  { state, match }: Front,
  { method, path, query }: Target,
  { request, ...incoming }: Incoming,
  planted: RequestFault | undefined,
): Promise<Send> {
  try {
    if (planted !== undefined) throw new Refusal(planted.status, planted.error);
    // Both families answer OPTIONS on every path with an empty 200.
    if (method === "OPTIONS") return (response) => void response.end();
    const found = match(path);
    checkTrust(found, method, request, incoming.caller);
    const handler = handlerOf(found, method);
    const params = found?.params ?? {};
    const reply = await handler({ state, method, params, query, headers: request.headers, ...incoming });
    if (reply.kind !== "upgrade") return (response) => sendReply(response, reply);
    return () => reply.open();
  } catch (error) {
    if (error instanceof Refusal) return (response) => sendRefusal(response, error);
    throw error;
  }
}

/** Refuses callers without trust all but a few public methods, and those too when they insist on being trusted. */
function checkTrust(found: Match | undefined, method: string, { headers }: IncomingMessage, caller: Caller): void {
  if (caller.isTrusted || found === undefined) return;
  const insists = (headers["x-lxd-authenticated"] ?? headers["x-incus-authenticated"]) === "true";
  if (insists || found.route.isPublic?.includes(method) !== true) throw new Refusal(403, "not authorized");
}

const json = { "Content-Type": "application/json" };

function sendReply(response: ServerResponse, reply: Exclude<ApiReply, { kind: "upgrade" }>): void | Promise<void> {
  switch (reply.kind) {
    case "raw":
      return reply.write(response);
    case "sync":
      response.writeHead(200, { ...json, ...(reply.etag === undefined ? {} : { ETag: `"${reply.etag}"` }) });
      return void response.end(syncEnvelope(reply.metadata));
    case "created":
      response.writeHead(201, { ...json, Location: reply.location });
      return void response.end(syncEnvelope(null));
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
