import { seenUsers } from "../access/restricted-access.ts";
import { apiUrl } from "../core/api-url.ts";
import { configFor, placeOf } from "../cluster/member-config.ts";
import { checkAllOnline } from "../cluster/members.ts";
import { checkTarget } from "../cluster/target.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { NetworkRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { isNetworkAllowed } from "../projects/project-restrictions.ts";
import { featureScope, projectOf } from "../projects/project-scope.ts";
import { loopback } from "./loopback.ts";
import { changeClusterNetwork, createClusterNetwork, keepClusterName, networkParts } from "./network-cluster.ts";
import { isNetworkType, networkDriver } from "./network-drivers.ts";
import { loopbackState, networkLeases, networkState } from "./network-state.ts";
import { networkUsers } from "./network-users.ts";

const spec: ResourceSpec<NetworkRecord> = {
  path: "/1.0/networks",
  event: "network",
  table: (state) => state.store.networks,
  scope: networkScope,
  // The interfaces of the machine can be read, but not changed.
  find: ({ state, method }, scope, name) =>
    state.store.networks.get(scope, name) ??
    (method === "GET" && scope === "default" && name === loopback.name ? loopback : undefined),
  missing: ({ method }) => new Refusal(404, `${method === "GET" ? "" : "Failed loading network: "}Network not found`),
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { name, project }) => apiUrl(flavour, ["networks", name], project),
  view: networkView,
  etag: (request, network) => {
    const { name, type, description } = network;
    return [name, network !== loopback, type, description, configFor(request, network)];
  },
  list: {
    hasAllProjects: true,
    others: (request, scope) => (scope === "default" && !isRestrictedToManaged(request) ? [loopback] : []),
    // LXD 5.0.2 lists what it then does not show.
    isShown: (request, { name }) => request.state.flavour === "lxd" || isAllowed(request, name),
  },
  create: { instead: createClusterNetwork, make: makeNetwork },
  update: { instead: changeClusterNetwork, isTold: "first", replace: replaceNetwork },
  rename: { rename: renameNetwork },
  remove: ({ state }, network) => {
    if (networkUsers(state, network).length > 0) throw new Refusal(400, "The network is currently in use");
    checkAllOnline(state);
    for (const forward of state.store.forwards.all()) {
      if (forward.project === network.project && forward.network === network.name) state.store.forwards.delete(forward);
    }
  },
};

/** `/1.0/networks` and what is below it, but for forwards. */
export const networkRoutes: readonly Route[] = [
  ...resourceRoutes(spec),
  { pattern: "/1.0/networks/{name}/state", methods: { GET: getState } },
  { pattern: "/1.0/networks/{name}/leases", methods: { GET: getLeases } },
];

/** The project whose networks the request means. */
export function networkScope(request: ApiRequest): string {
  const scope = featureScope(request, "features.networks");
  const { name } = request.params;
  if (name !== undefined && !isAllowed(request, name)) throw new Refusal(404, "Network not found");
  return scope;
}

/** Says whether the project that the request names lets the network be used. */
function isAllowed(request: ApiRequest, network: string): boolean {
  const { config = {} } = request.state.store.projects.get(serverScope, projectOf(request)) ?? {};
  return isNetworkAllowed(config, network);
}

/** The managed network that the path names; 404 when there is none. */
export function requireNetwork(request: ApiRequest): NetworkRecord {
  const network = request.state.store.networks.get(networkScope(request), request.params["name"] ?? "");
  if (network === undefined) throw new Refusal(404, "Failed loading network: Network not found");
  return network;
}

function networkView(request: ApiRequest, network: NetworkRecord): object {
  const { state } = request;
  const { description, name, type, project } = network;
  const isManaged = network !== loopback;
  const isNullable = state.flavour === "lxd" && request.caller.projects === undefined;
  const users = isManaged ? seenUsers(request, networkUsers(state, network)) : [];
  return {
    config: request.caller.projects === undefined ? configFor(request, network) : {},
    description,
    name,
    type,
    // LXD 5.0.2 says null where nobody uses a managed network.
    used_by: isManaged && users.length === 0 && isNullable ? null : users,
    managed: isManaged,
    ...(isManaged ? placeOf(state, network) : { status: "", locations: null }),
    ...(state.flavour === "incus" ? { project } : {}),
  };
}

function makeNetwork(request: ApiRequest, project: string, body: JsonObject): NetworkRecord {
  const { state } = request;
  const name = textField(body, "name");
  if (name === "") throw new Refusal(400, "No name provided");
  if (!isAllowed(request, name)) throw new Refusal(403, "Network not allowed in project");
  const type = textField(body, "type") || (project === "default" ? "bridge" : "ovn");
  checkNetworkType(request, type, project);
  const isThere = state.store.networks.get(project, name) !== undefined;
  if (isThere && (request.query.get("target") ?? "") !== "") throw new Refusal(500, "Network is not in pending state");
  checkTarget(request);
  if (isThere) {
    const isLxd = state.flavour === "lxd";
    throw new Refusal(isLxd ? 400 : 409, isLxd ? "The network already exists" : `Network "${name}" already exists`);
  }
  const wanted = textMapField(body, "config") ?? {};
  const driver = networkDriver(state, type, wanted);
  driver.checkName(name);
  driver.checkInterface(name);
  const config = driver.fill(state, wanted, { isNew: true });
  const problem = driver.problem(state, { name, config }) ?? driver.startProblem(state, { name, config });
  if (problem !== undefined) throw new Refusal(500, problem);
  return {
    project,
    name,
    description: textField(body, "description"),
    type,
    ...networkParts(state, config),
    hwaddr: driver.hwaddr(state, wanted),
  };
}

/** Refuses a type before anything else of the network is looked at. */
function checkNetworkType({ query }: ApiRequest, type: string, project: string): void {
  if (!isNetworkType(type)) throw new Refusal(400, "Unknown driver");
  if (type !== "ovn" && project !== "default") {
    throw new Refusal(400, "Network type does not support non-default projects");
  }
  if (type === "ovn" && (query.get("target") ?? "") !== "") {
    throw new Refusal(400, 'Network type "ovn" does not support member specific config');
  }
}

function replaceNetwork({ state }: ApiRequest, network: NetworkRecord, body: JsonObject): NetworkRecord {
  const wanted = textMapField(body, "config") ?? {};
  const driver = networkDriver(state, network.type, wanted);
  const { name } = network;
  const problem = driver.problem(state, { name, config: wanted });
  if (problem !== undefined) throw new Refusal(400, problem);
  const startProblem = driver.startProblem(state, { name, config: wanted }, network);
  if (startProblem !== undefined) throw new Refusal(500, startProblem);
  const config = driver.fill(state, wanted, { isNew: false });
  return { ...network, description: textField(body, "description"), config };
}

function renameNetwork(request: ApiRequest, network: NetworkRecord, name: string): NetworkRecord {
  const { state } = request;
  keepClusterName(request);
  if (name === "") throw new Refusal(400, "New network name not provided");
  const driver = networkDriver(state, network.type, network.config);
  driver.checkName(name);
  if (networkUsers(state, network).length > 0) throw new Refusal(400, "Network is currently in use");
  driver.checkInterface(name);
  if (state.store.networks.get(network.project, name) !== undefined) {
    throw new Refusal(409, `Network "${name}" already exists`);
  }
  return { ...network, name };
}

/** A restricted project sees managed networks alone, unless it may have any. */
function isRestrictedToManaged(request: ApiRequest): boolean {
  const config = request.state.store.projects.get(serverScope, projectOf(request))?.config ?? {};
  return config["restricted"] === "true" && config["restricted.devices.nic"] !== "allow";
}

function getState(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const name = params["name"] ?? "";
  // Only the interface counts, which is that of a bridge of the default project whatever project is asked for.
  networkScope(request);
  const network = state.store.networks.get("default", name);
  if (network?.type === "bridge" && placeOf(state, network).status === "Created")
    return sync(networkState(state, network));
  if (name === loopback.name) return sync(loopbackState);
  throw new Refusal(404, `Network interface "${name}" not found`);
}

function getLeases(request: ApiRequest): ApiReply {
  const network = requireNetwork(request);
  if (network.type !== "bridge") throw new Refusal(500, "Not implemented");
  // Each project sees its own alone, and that of the network the bridge itself too.
  const project = projectOf(request);
  const leases = networkLeases(request.state, network).filter(
    ({ instance }) => (instance ?? network).project === project,
  );
  return sync(leases.map(({ view }) => view));
}
