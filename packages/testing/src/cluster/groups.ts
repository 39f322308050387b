import { apiUrl } from "../core/api-url.ts";
import { etagOf } from "../core/etag.ts";
import { type JsonObject, parseBody, textField, textListField } from "../core/json-body.ts";
import type { ClusterGroupRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { requireRecord, resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, checkIfMatch, created, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { groupsOf } from "./member-groups.ts";
import { isClustered } from "./members.ts";

const spec: ResourceSpec<ClusterGroupRecord> = {
  path: "/1.0/cluster/groups",
  event: "cluster-group",
  table: (state) => state.store.clusterGroups,
  scope: ({ state }) => {
    if (!isClustered(state)) throw new Refusal(400, "This server is not clustered");
    return serverScope;
  },
  missing: ({ state }) => new Refusal(404, `${state.flavour === "lxd" ? "Cluster group" : "Cluster_group"} not found`),
  nameOf: ({ name }) => name,
  url: ({ flavour }, { name }) => apiUrl(flavour, ["cluster", "groups", name]),
  view: (_, { name, description, members }) => ({ description, members: [...members].sort(), name }),
  etag: (_, { description, members }) => ({ description, members: [...members].sort() }),
  list: { filteredBy: [] },
  create: { make: makeGroup },
  itemMethods: { POST: renameGroup, PUT: changeGroup, PATCH: changeGroup, DELETE: removeGroup },
};

/** `/1.0/cluster/groups` and what is below it. */
export const groupRoutes: readonly Route[] = resourceRoutes(spec);

function checkGroupName(name: string): void {
  const may = "Cluster group names may not contain";
  if (name === "") throw new Refusal(400, "No name provided");
  if (name.includes("/")) throw new Refusal(400, `${may} slashes`);
  if (name.includes(" ")) throw new Refusal(400, `${may} spaces`);
  if (name.includes("_")) throw new Refusal(400, `${may} underscores`);
  if (/['"]/.test(name)) throw new Refusal(400, `${may} quotes`);
  if (name === "." || name === "..") throw new Refusal(400, `Invalid cluster group name ${JSON.stringify(name)}`);
}

function makeGroup({ state }: ApiRequest, _: string, body: JsonObject): ClusterGroupRecord {
  const isLxd = state.flavour === "lxd";
  const name = textField(body, "name");
  const members = textListField(body, "members") ?? [];
  checkGroupName(name);
  if (state.store.clusterGroups.get(serverScope, name) !== undefined) {
    const incus = 'Failed to create "cluster_groups" entry: UNIQUE constraint failed: cluster_groups.name';
    throw new Refusal(500, isLxd ? "This cluster group already exists" : incus);
  }
  if (!areMembers(state, members)) {
    const start = isLxd ? "Insert nodes for cluster group" : 'Failed to create "nodes_clusters_groups" entry';
    throw new Refusal(500, `${start}: NOT NULL constraint failed: nodes_cluster_groups.node_id`);
  }
  return { name, description: textField(body, "description"), members };
}

function areMembers({ store }: ApiRequest["state"], names: readonly string[]): boolean {
  return names.every((name) => store.members.get(serverScope, name) !== undefined);
}

/** `PUT` and `PATCH`; of the two, only `PATCH` heeds `If-Match`. */
function changeGroup(request: ApiRequest): ApiReply {
  const { state, method } = request;
  const group = requireRecord(spec, request);
  const isPatch = method === "PATCH";
  // What it is compared with is not the ETag that GET sends, so that no If-Match is ever right: measured.
  if (isPatch) checkIfMatch(request, etagOf([group.description, [...group.members].sort()]));
  const body = parseBody(request);
  const description = isPatch && !("description" in body) ? group.description : textField(body, "description");
  const wanted = textListField(body, "members") ?? (isPatch ? group.members : null);
  if (!areMembers(state, wanted ?? [])) throw new Refusal(404, "Failed to get node info: Cluster member not found");
  if (isPatch && state.flavour === "incus") checkPatch(group);
  // Incus leaves those in the group that would be in none otherwise.
  const kept = group.members.filter(
    (name) => state.flavour === "incus" && !isPatch && groupsOf(state, name).length < 2,
  );
  const members = [...new Set([...(wanted ?? []), ...kept])].sort();
  state.store.clusterGroups.put({ ...group, description, members });
  const source = spec.url(state, group);
  tellRequest(request, { action: "cluster-group-updated", source, context: { description, members: wanted } });
  return sync({});
}

/** A `PATCH` of Incus 6.0.4 works only where the group has one member. */
function checkPatch({ members }: ClusterGroupRecord): void {
  if (members.length === 0) throw new Refusal(404, "Node_cluster_group not found");
  const about = `Query deleted ${String(members.length)} NodeClusterGroup rows instead of 1`;
  if (members.length > 1) throw new Refusal(500, about);
}

function renameGroup(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const old = params["name"] ?? "";
  if (old === "default") throw new Refusal(403, 'The "default" group cannot be renamed');
  const scope = spec.scope(request);
  // Spaces pass here, unlike in a new group, and only the old name is checked: measured.
  const name = textField(parseBody(request), "name");
  checkGroupName(old);
  const { clusterGroups } = state.store;
  if (clusterGroups.get(scope, name) !== undefined) {
    throw new Refusal(500, `Name ${JSON.stringify(name)} already in use`);
  }
  const group = clusterGroups.get(scope, old);
  if (group === undefined) throw new Refusal(500, "Query affected 0 rows instead of 1");
  const renamed = { ...group, name };
  clusterGroups.delete(group);
  clusterGroups.put(renamed);
  const source = spec.url(state, renamed);
  tellRequest(request, { action: "cluster-group-renamed", source, context: { old_name: old } });
  return created(source);
}

function removeGroup(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const name = params["name"] ?? "";
  if (name === "default") throw new Refusal(403, "The 'default' cluster group cannot be deleted");
  const group = state.store.clusterGroups.get(serverScope, name);
  if (group === undefined) {
    throw state.flavour === "lxd" ? new Refusal(500, "Query deleted 0 rows instead of 1") : spec.missing(request, name);
  }
  if (group.members.length > 0) throw new Refusal(500, "Only empty cluster groups can be removed");
  state.store.clusterGroups.delete(group);
  // Both families take the group's name for that of a project here.
  tellRequest(request, { action: "cluster-group-deleted", source: spec.url(state, group), project: name });
  return sync({});
}
