import { type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { memberFor } from "../cluster/forward.ts";
import { checkRestricted } from "../access/restricted-access.ts";
import { pause } from "./clock.ts";
import { asyncEnvelope, errorEnvelope, syncEnvelope } from "./envelope-text.ts";
import type { FakeState } from "./fake-state.ts";
import { cutBody } from "../faults/cut-body.ts";
import type { Faults } from "../faults/faults.ts";
import { loggedBody, type LoggedRequest } from "./request-log.ts";
import { checkTypedPath, readTypedPath } from "../instances/typed-paths.ts";
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
  routesOf,
} from "./router.ts";
import { createUpgrades, type Upgrade } from "./upgrade.ts";

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
  /** Gives an HTTP server, with or without TLS, the handlers of the fake, or those of another member of its cluster. */
  serve(server: Server | HttpsServer, member?: () => FakeState): void;
  /** Cuts all connections that speak something else than HTTP by now, such as websockets. */
  dropUpgraded(): void;
}

/** Makes the {@link HttpFront} of a fake. */
export function createHttpFront(parts: HttpFrontParts): HttpFront {
  const front = { ...parts, match: createRouteMatcher(routesOf(parts.state.flavour, parts.routes)) };
  const upgrades = createUpgrades();
  return {
    serve(server, member = () => parts.state) {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        void answer({ ...front, state: member() }, request, response, undefined);
      });
      server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on("error", () => socket.destroy());
        // What is not upgraded in the end is answered as a plain request.
        const response = new ServerResponse(request);
        response.shouldKeepAlive = false;
        response.assignSocket(socket as Socket);
        response.on("finish", () => socket.end());
        const upgrade = upgrades.prepare({ request, response, socket, head });
        void answer({ ...front, state: member() }, request, response, upgrade);
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

function openEntry(parts: Front, { method, path, query }: Target, { headers }: IncomingMessage, caller: Caller): Entry {
  const nothingYet = { body: undefined, status: undefined, etag: undefined };
  const entry: Entry = { method, path, query: Object.fromEntries(query), headers, ...nothingYet };
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
  const caller = callerOf(state, request.socket);
  const entry = openEntry(front, target, request, caller);
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const bytes = await buffer(request);
    const body = hasText(request) ? bytes.toString() : "";
    entry.body = hasText(request) ? loggedBody(body) : bytes;
    const { error, delay, drop, cut } = faults.ofRequest(entry);
    if (delay?.when === "before") await pause(state.clock, delay.ms);
    if (drop?.when === "before") return void response.destroy();
    const refusal = error && new Refusal(error.status, error.error);
    const incoming = { request, entry, body, bytes, caller, upgrade, signal: gone.signal };
    const send = await faults.during(entry, () =>
      work(front, target, incoming, error?.when === "after" ? undefined : refusal),
    );
    if (delay !== undefined && delay.when !== "before") await pause(state.clock, delay.ms);
    if (drop !== undefined) return void response.destroy();
    if (cut !== undefined) cutBody(response, cut.bytes);
    await (refusal === undefined ? send(response) : sendRefusal(response, refusal));
    entry.status = upgrade?.isDone === true ? 101 : response.statusCode;
  } catch (error) {
    // The caller hung up while its body was read, or the fake itself is wrong: both end this connection only.
    response.destroy(error instanceof Error ? error : undefined);
  }
}

/** Files are no text, and may be long. */
function hasText({ headers, url = "" }: IncomingMessage): boolean {
  if (/^\/1\.0\/[a-z-]+\/[^/]+\/(?:files|metadata\/templates)\?/.test(url)) return false;
  return !/^(?:application\/octet-stream|multipart\/)/.test(headers["content-type"] ?? "");
}

type Send = (response: ServerResponse) => void | Promise<void>;

interface Incoming {
  readonly request: IncomingMessage;
  readonly entry: Entry;
  readonly body: string;
  readonly bytes: Buffer;
  readonly caller: Caller;
  readonly upgrade: Upgrade | undefined;
  readonly signal: AbortSignal;
}

async function work(
  { state, match }: Front,
  { method, path, query }: Target,
  { request, entry, ...incoming }: Incoming,
  planted: Refusal | undefined,
): Promise<Send> {
  try {
    if (planted !== undefined) throw planted;
    // Both families answer OPTIONS on every path with an empty 200.
    if (method === "OPTIONS") return (response) => void response.end();
    const { path: plainPath, instanceType } = readTypedPath(state.flavour, path);
    const found = match(plainPath);
    checkTrust(found, method, request, incoming.caller);
    const handler = handlerOf(found, method);
    const params = found?.params ?? {};
    const pattern = found?.route.pattern ?? "";
    const member = memberFor(pattern, { state, method, params, query });
    const asked = {
      state: member,
      method,
      pattern,
      params,
      query,
      instanceType,
      headers: request.headers,
      ...incoming,
    };
    checkTypedPath(asked);
    checkRestricted(asked);
    const reply = await handler(asked);
    if (reply.kind === "sync") entry.etag = reply.etag;
    if (reply.kind !== "upgrade") return (response) => sendReply(response, reply);
    return () => reply.open();
  } catch (error) {
    if (error instanceof Refusal) return (response) => sendRefusal(response, error);
    throw error;
  }
}

/** Refuses callers without trust all but a few public methods, and those too when they insist on being trusted. */
function checkTrust(found: Match | undefined, method: string, { headers }: IncomingMessage, caller: Caller): void {
  if (caller.isTrusted || found === undefined || found.route.any !== undefined) return;
  if (caller.mayMeasure === true && found.route.pattern === "/1.0/metrics" && method === "GET") return;
  const insists = (headers["x-lxd-authenticated"] ?? headers["x-incus-authenticated"]) === "true";
  if (insists || found.route.isPublic?.includes(method) !== true) throw new Refusal(403, "not authorized");
}

const json = { "Content-Type": "application/json" };

function sendReply(response: ServerResponse, reply: Exclude<ApiReply, { kind: "upgrade" }>): void | Promise<void> {
  switch (reply.kind) {
    case "raw":
      return reply.write(response);
    case "sync": {
      const headers = reply.etag === undefined ? json : { ...json, ETag: `"${reply.etag}"` };
      return sendText(response, 200, headers, syncEnvelope(reply.metadata));
    }
    case "created":
      return sendText(response, 201, { ...json, Location: reply.location }, syncEnvelope(null));
    case "operation": {
      const view = reply.operation.answer;
      const path = `/1.0/operations/${view.id}`;
      const suffix = reply.project === undefined ? "" : `?project=${encodeURIComponent(reply.project)}`;
      return sendText(response, 202, { ...json, Location: `${path}${suffix}` }, asyncEnvelope(path, view));
    }
  }
}

function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const headers = { ...json, "X-Content-Type-Options": "nosniff" };
  sendText(response, refusal.status, headers, errorEnvelope(refusal.status, refusal.message));
}

/** Servers in Go say how long an answer is when it fits into their buffer. */
const goBuffer = 2048;

function sendText(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): void {
  const length = text.length > goBuffer ? goBuffer + 1 : Buffer.byteLength(text);
  response.writeHead(status, length > goBuffer ? headers : { ...headers, "Content-Length": length });
  response.end(text);
}
