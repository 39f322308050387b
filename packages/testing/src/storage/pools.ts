import { seenUsers } from "../access/restricted-access.ts";
import { configFor, placeOf, targetOf } from "../cluster/member-config.ts";
import { checkAllOnline } from "../cluster/members.ts";
import { checkTarget } from "../cluster/target.ts";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { PoolRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { changeClusterPool, createClusterPool, poolParts } from "./pool-cluster.ts";
import { checkDriver, checkPoolConfig, placePool } from "./pool-drivers.ts";
import { poolFolder } from "./pool-folder.ts";
import { poolUsers } from "./pool-users.ts";

const spec: ResourceSpec<PoolRecord> = {
  path: "/1.0/storage-pools",
  event: "storage-pool",
  table: (state) => state.store.pools,
  scope: (request) => {
    const { state, method, params } = request;
    // Incus alone wants to know what in the project uses the pool.
    const isShown = state.flavour === "incus" && method === "GET" && params["name"] !== undefined;
    if (isShown && !hasProject(state, projectOf(request)))
      throw new Refusal(404, "Failed getting project: Project not found");
    return serverScope;
  },
  missing: () => new Refusal(404, "Storage pool not found"),
  nameOf: ({ name }) => name,
  url: ({ flavour }, { name }) => apiUrl(flavour, ["storage-pools", name]),
  view: (request, pool) => {
    const { state } = request;
    const { description, name, driver } = pool;
    const users = seenUsers(request, poolUsers(state, pool, targetOf(request)));
    // LXD 5.0.2 says null where nobody uses a pool.
    const usedBy =
      users.length === 0 && state.flavour === "lxd" && request.caller.projects === undefined ? null : users;
    const config = request.caller.projects === undefined ? configFor(request, pool) : null;
    return { config, description, name, driver, used_by: usedBy, ...placeOf(state, pool) };
  },
  etag: (request, pool) => {
    const { name, driver, description } = pool;
    const config = configFor(request, pool);
    return request.state.flavour === "lxd" ? [name, driver, config] : [name, driver, description, config];
  },
  // LXD 5.0.2 sends none although its manual promises one.
  hidesEtag: ({ flavour }) => flavour === "lxd",
  create: { instead: (request, _, body) => createClusterPool(request, body), make: makePool },
  update: { instead: changeClusterPool, isTold: "first", replace: replacePool },
  remove: ({ state }, pool) => {
    if (poolUsers(state, pool).length > 0) throw new Refusal(400, "The storage pool is currently in use");
    checkAllOnline(state);
  },
};

/** `/1.0/storage-pools` and what is below it, but for volumes. */
export const poolRoutes: readonly Route[] = [
  ...resourceRoutes(spec),
  { pattern: "/1.0/storage-pools/{name}/resources", methods: { GET: getResources } },
];

/** The pool that the path names as `pool`; 404 when there is none. */
export function requirePool({ state, params }: ApiRequest): PoolRecord {
  const pool = state.store.pools.get(serverScope, params["pool"] ?? "");
  if (pool === undefined) throw new Refusal(404, "Storage pool not found");
  return pool;
}

function makePool(request: ApiRequest, _: string, body: JsonObject): PoolRecord {
  const { state } = request;
  const name = textField(body, "name");
  const driver = textField(body, "driver");
  if (name === "") throw new Refusal(400, "No name provided");
  if (name.includes("/")) throw new Refusal(400, "Storage pool names may not contain slashes");
  if (driver === "") throw new Refusal(400, "No driver provided");
  const isThere = state.store.pools.get(serverScope, name) !== undefined;
  const isForMember = (request.query.get("target") ?? "") !== "";
  if (isThere && !isForMember) throw new Refusal(409, "The storage pool already exists: The record already exists");
  const status = isForMember ? 400 : 500;
  checkDriver(state, driver, status);
  if (/\s/.test(name)) throw new Refusal(status, "Storage name cannot contain white space");
  if (isThere) throw new Refusal(500, "Storage pool is not in pending state");
  checkTarget(request);
  const wanted = textMapField(body, "config") ?? {};
  checkPoolConfig(state, driver, wanted, 500);
  const config = cleanConfig(placePool(state, driver, name, poolFolder(state, name), wanted));
  return { name, description: textField(body, "description"), driver, ...poolParts(state, config) };
}

function replacePool({ state }: ApiRequest, pool: PoolRecord, body: JsonObject): PoolRecord {
  const wanted = textMapField(body, "config") ?? {};
  checkPoolConfig(state, pool.driver, wanted, 400);
  const config = cleanConfig(wanted);
  if (config["source"] !== pool.config["source"]) {
    throw new Refusal(500, "Pool source cannot be changed when not in pending state");
  }
  return { ...pool, description: textField(body, "description"), config };
}

function getResources({ state, params }: ApiRequest): ApiReply {
  const pool = state.store.pools.get(serverScope, params["name"] ?? "");
  if (pool === undefined) throw new Refusal(500, "Storage pool not found");
  if (placeOf(state, pool).status !== "Created") throw new Refusal(500, "no such file or directory");
  const space = { used: 25_279_447_040, total: 270_553_174_016 };
  return sync({ space, inodes: { used: 476_483, total: 16_777_216 } });
}
