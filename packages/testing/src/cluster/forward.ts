import type { FakeState } from "../core/fake-state.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { scopeOf } from "../core/table.ts";
import { projectFor, projectOf } from "../projects/project-scope.ts";
import { checkOnline, isClustered, isOnline, requireMember } from "./members.ts";

/** A request that may be for another member. */
export type Forwardable = Pick<ApiRequest, "state" | "method" | "params" | "query">;

/** The server as the member that has to answer a request: that of the object, or the one that the query names. */
export function memberFor(pattern: string, request: Forwardable): FakeState {
  const { state } = request;
  if (!isClustered(state)) return state;
  const name = locationOf(pattern, request);
  if (name === undefined || name === state.location) return state;
  const member = requireMember(state, name);
  // What moves away from a member that is silent is tried by the one that was asked.
  if (pattern === "/1.0/instances/{name}" && request.method === "POST" && !isOnline(member)) return state;
  checkOnline(state, member);
  return state.on(name);
}

const volumePattern = "/1.0/storage-pools/{pool}/volumes/{type}/{volume}";

/** Paths that are answered by the member that the query names, with the methods that are. */
const targeted: Readonly<Record<string, readonly string[]>> = {
  "/1.0": ["GET", "PUT", "PATCH"],
  "/1.0/metrics": ["GET"],
  "/1.0/resources": ["GET"],
  "/1.0/networks/{name}": ["GET", "PUT", "PATCH"],
  "/1.0/networks/{name}/state": ["GET"],
  "/1.0/networks/{name}/forwards": ["POST"],
  "/1.0/networks/{name}/forwards/{listenAddress}": ["GET", "PUT", "PATCH", "DELETE"],
  "/1.0/storage-pools/{name}": ["GET", "PUT", "PATCH"],
  "/1.0/storage-pools/{name}/resources": ["GET"],
  "/1.0/storage-pools/{pool}/volumes": ["GET", "POST"],
  "/1.0/storage-pools/{pool}/volumes/{type}": ["GET", "POST"],
};

function locationOf(pattern: string, request: Forwardable): string | undefined {
  const { state, method, params, query } = request;
  const target = query.get("target") || undefined;
  if (pattern.startsWith("/1.0/instances/{name}")) {
    return state.store.instances.get(projectOf(request), params["name"] ?? "")?.location;
  }
  if (pattern.startsWith("/1.0/operations/{id}")) return operationLocation(request);
  if (pattern.startsWith(volumePattern)) return target ?? volumeLocation(request);
  if (targeted[pattern]?.includes(method) === true) return target;
  const isMemberPath =
    pattern === "/1.0/cluster/members/{name}/state" && !(method === "GET" && state.flavour === "lxd");
  // Incus lets a member rename itself.
  const isRename = pattern === "/1.0/cluster/members/{name}" && method === "POST" && state.flavour === "incus";
  return isMemberPath || isRename ? params["name"] : undefined;
}

/** The member of an operation that is known; those of members that are gone are answered here. */
function operationLocation({ state, params }: Forwardable): string | undefined {
  const location = state.operations.find(params["id"] ?? "")?.view().location;
  return location === undefined || state.store.members.get("", location) === undefined ? undefined : location;
}

/** The member that has a volume; the query has to name one when several have one of that name. */
function volumeLocation(request: Forwardable): string | undefined {
  const { state, params } = request;
  const { pool = "", type = "", volume = "" } = params;
  const project = projectOf(request);
  if (type !== "custom") return state.store.instances.get(project, volume)?.location;
  const scope = scopeOf(projectFor(state, project, "features.storage.volumes"), pool);
  const found = state.store.volumes.in(scope).filter(({ name }) => name === volume);
  if (found.length < 2) return found[0]?.location;
  const about = `More than one cluster member has a volume named ${JSON.stringify(volume)}`;
  throw new Refusal(500, `${about}. Please target a specific member`);
}
