import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { FakeState } from "./fake-state.ts";
import type { RunningOperation } from "../operations/operation-store.ts";
import { Refusal } from "./refusal.ts";

/** A request as a handler sees it. */
export interface ApiRequest {
  readonly state: FakeState;
  readonly method: string;
  /** Decoded values of the `{name}` parts of the pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal;
}

/** What a handler answers. */
export type ApiReply =
  | { readonly kind: "sync"; readonly metadata: unknown; readonly etag?: string | undefined }
  | { readonly kind: "operation"; readonly operation: RunningOperation }
  | { readonly kind: "raw"; write(response: ServerResponse): Promise<void> };

/** Answers one method of one route. */
export type Handler = (request: ApiRequest) => ApiReply | Promise<ApiReply>;

/** A path with its methods. `{name}` stands for one part of the path, `{name...}` for all the rest. */
export interface Route {
  readonly pattern: string;
  readonly methods: Readonly<Partial<Record<string, Handler>>>;
}

/** A route that a path fits. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route for `path`; patterns that come first win. */
export function matchRoute(routes: readonly Route[], path: string): Match | undefined {
  const parts = path.split("/");
  for (const route of routes) {
    const params = fit(route.pattern.split("/"), parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

/** The handler of `method`; a known path without it is 501, an unknown method 404. Measured on both families. */
export function handlerOf(match: Match | undefined, method: string): Handler {
  if (!["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"].includes(method)) {
    throw new Refusal(404, `Method ${JSON.stringify(method)} not found`);
  }
  if (match === undefined) throw new Refusal(404, "not found");
  const handler = match.route.methods[method];
  if (handler === undefined) throw new Refusal(501, "not implemented");
  return handler;
}

function fit(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const name = /^\{(\w+)(\.\.\.)?\}$/.exec(expected);
    if (name?.[1] === undefined) {
      if (parts[at] !== expected) return undefined;
      continue;
    }
    const isRest = name[2] !== undefined;
    const value = decode(isRest ? parts.slice(at).join("/") : (parts[at] ?? ""));
    if (value === undefined || value === "") return undefined;
    params[name[1]] = value;
    if (isRest) return params;
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

/** Checks `If-Match` against the ETag that the object has now; 412 when it differs, no header fits all. */
export function checkIfMatch(request: ApiRequest, etag: string): void {
  const wanted = request.headers["if-match"]?.replaceAll('"', "");
  if (wanted === undefined || wanted === "" || wanted === etag) return;
  throw new Refusal(412, `ETag doesn't match: ${etag} vs ${wanted}`);
}

/** The query's `recursion` as a number; anything that is none is 0. */
export function recursionOf(query: URLSearchParams): number {
  const level = Number.parseInt(query.get("recursion") ?? "0", 10);
  return Number.isNaN(level) ? 0 : level;
}

/** Refuses a project that is not there; `refuse` says how. */
export function checkProject(request: ApiRequest, refuse: (project: string) => Refusal): void {
  const project = request.query.get("project") ?? "";
  if (project !== "" && project !== "default") throw refuse(project);
}
