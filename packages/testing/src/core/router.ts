import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Flavour, InstanceType } from "@lxdkit/protocol";
import type { FakeState } from "./fake-state.ts";
import type { RunningOperation } from "../operations/operation-store.ts";
import { Refusal } from "./refusal.ts";
import type { Upgrade } from "./upgrade.ts";

/** Who sent a request. */
export interface Caller {
  readonly protocol: "unix" | "tls" | "cluster" | "";
  /** `root` on the socket, the fingerprint of the client certificate over TLS; empty without one. */
  readonly username: string;
  /** `@` on the socket, the address and port of the client over TLS. */
  readonly address: string;
  /** Whether the server trusts it. */
  readonly isTrusted: boolean;
  /** Whether it may read metrics, though it is not trusted. */
  readonly mayMeasure?: boolean;
  /** The projects that its certificate is restricted to; undefined for a caller without such limits. */
  readonly projects?: readonly string[] | undefined;
  /** The certificate that it showed, in PEM; undefined on the socket and without one. */
  readonly certificate: string | undefined;
}

/** A request as a handler sees it. */
export interface ApiRequest {
  readonly state: FakeState;
  readonly method: string;
  /** Pattern of the route that the path fits. */
  readonly pattern: string;
  /** Decoded values of the `{name}` parts of the pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The type of instances that the path is about, when it is one of LXD's older paths. */
  readonly instanceType: InstanceType | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as it came. */
  readonly bytes: Buffer;
  readonly caller: Caller;
  /** Set when the caller wants to go on in another protocol than HTTP. */
  readonly upgrade: Upgrade | undefined;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** What a handler answers. */
export type ApiReply =
  | { readonly kind: "sync"; readonly metadata: unknown; readonly etag?: string | undefined }
  | { readonly kind: "created"; readonly location: string }
  | {
      readonly kind: "operation";
      readonly operation: RunningOperation;
      /** Set when another member runs it: its URL in the header then names this project. */
      readonly project?: string | undefined;
    }
  /** Goes on in another protocol: `open` uses the request's {@link Upgrade}. */
  | { readonly kind: "upgrade"; open(): void }
  | { readonly kind: "raw"; write(response: ServerResponse): Promise<void> };

/** Answers one method of one route. */
export type Handler = (request: ApiRequest) => ApiReply | Promise<ApiReply>;

/** A path with its methods. `{name}` stands for one part of the path, `{name...}` for all the rest. */
export interface Route {
  readonly pattern: string;
  /** The one family that has it; both have it by default. */
  readonly only?: Flavour;
  /** Methods that also answer callers that the server does not trust. */
  readonly isPublic?: readonly string[];
  readonly methods: Readonly<Partial<Record<string, Handler>>>;
  /** Answers every method, whatever it is, and whoever calls. */
  readonly any?: Handler;
}

/** A route that a path fits. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route for a path. */
export type RouteMatcher = (path: string) => Match | undefined;

/** The routes that a server of a family has. */
export function routesOf(flavour: Flavour, routes: readonly Route[]): readonly Route[] {
  return routes.filter(({ only }) => only === undefined || only === flavour);
}

/** Makes a {@link RouteMatcher}; patterns that come first win. */
export function createRouteMatcher(routes: readonly Route[]): RouteMatcher {
  // Few routes begin alike, so most of them need not be tried.
  const groups = new Map<string, Compiled[]>();
  for (const route of routes) {
    const parts = route.pattern.split("/").map((text) => compilePart(text));
    const start = startOf(route.pattern.split("/"));
    groups.set(start, [...(groups.get(start) ?? []), { route, parts }]);
  }
  return (path) => {
    const parts = path.split("/");
    for (const { route, parts: pattern } of groups.get(startOf(parts)) ?? []) {
      const params = fit(pattern, parts);
      if (params !== undefined) return { route, params };
    }
    return undefined;
  };
}

interface Compiled {
  readonly route: Route;
  readonly parts: readonly Part[];
}

/** A part of a pattern: a text of its own, or the name of what stands there. */
type Part = string | { readonly name: string; readonly isRest: boolean };

function compilePart(text: string): Part {
  const [, name, rest] = /^\{(\w+)(\.\.\.)?\}$/.exec(text) ?? [];
  return name === undefined ? text : { name, isRest: rest !== undefined };
}

function startOf(parts: readonly string[]): string {
  return `${parts[1] ?? ""}/${parts[2] ?? ""}`;
}

/** The handler of `method`; a known path without it is 501, an unknown method 404. Measured on both families. */
export function handlerOf(match: Match | undefined, method: string): Handler {
  if (match === undefined) throw new Refusal(404, "not found");
  const { methods, any } = match.route;
  if (any !== undefined) return any;
  if (!["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"].includes(method)) {
    throw new Refusal(404, `Method ${JSON.stringify(method)} not found`);
  }
  const handler = methods[method];
  if (handler === undefined) throw new Refusal(501, "not implemented");
  return handler;
}

function fit(pattern: readonly Part[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    if (typeof expected === "string") {
      if (parts[at] !== expected) return undefined;
      continue;
    }
    const value = decode(expected.isRest ? parts.slice(at).join("/") : (parts[at] ?? ""));
    if (value === undefined || value === "") return undefined;
    params[expected.name] = value;
    if (expected.isRest) return params;
  }
  return pattern.length === parts.length ? params : undefined;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A plain answer. */
export function sync(metadata: unknown, etag?: string): ApiReply {
  return { kind: "sync", metadata, etag };
}

/** The answer to a request that made or renamed an object: 201 with its URL. */
export function created(location: string): ApiReply {
  return { kind: "created", location };
}

/** Checks `If-Match` against the ETag that the object has now; 412 when it differs, no header fits all. */
export function checkIfMatch(request: ApiRequest, etag: string): void {
  const header = request.headers["if-match"] ?? "";
  const wanted = header.replaceAll('"', "");
  if (header === "" || wanted === etag) return;
  throw new Refusal(412, `ETag doesn't match: ${etag} vs ${wanted}`);
}

/** The query's `recursion` as a number; anything that is none is 0. */
export function recursionOf(query: URLSearchParams): number {
  const level = Number.parseInt(query.get("recursion") ?? "0", 10);
  return Number.isNaN(level) ? 0 : level;
}
