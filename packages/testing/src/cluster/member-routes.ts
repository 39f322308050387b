import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, parseBody, textField, textListField, textMapField } from "../core/json-body.ts";
import type { Config, MemberRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { requireRecord, resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { evacuateMember } from "./evacuation.ts";
import { makeJoinToken } from "./join-token.ts";
import { setGroupsOf } from "./member-groups.ts";
import { databaseRoles, memberPut, memberState, memberView } from "./member-view.ts";
import { isClustered, requireMember } from "./members.ts";
import { removeMember, renameMember } from "./rename-member.ts";
import { restoreMember } from "./restoration.ts";

const spec: ResourceSpec<MemberRecord> = {
  path: "/1.0/cluster/members",
  event: "cluster-member",
  table: (state) => state.store.members,
  scope: ({ state }) => {
    if (!isClustered(state)) throw new Refusal(500, "Server is not clustered");
    return serverScope;
  },
  missing: () => new Refusal(404, "Cluster member not found"),
  nameOf: ({ name }) => name,
  url: ({ flavour }, { name }) => apiUrl(flavour, ["cluster", "members", name]),
  view: ({ state }, member) => memberView(state, member),
  etag: ({ state }, member) => memberPut(state, member),
  list: { filteredBy: [], isSorted: false },
  update: { replace: replaceMember },
  listMethods: { POST: makeJoinToken },
  itemMethods: { POST: rename, DELETE: remove },
};

/** `/1.0/cluster/members` and what is below it. */
export const memberRoutes: readonly Route[] = [
  ...resourceRoutes(spec),
  { pattern: "/1.0/cluster/members/{name}/state", only: "incus", methods: { GET: getState, POST: changeState } },
  { pattern: "/1.0/cluster/members/{name}/state", only: "lxd", methods: { POST: changeState } },
];

const ownRoles: readonly string[] = ["event-hub", "ovn-chassis"];
const namedByCluster: readonly string[] = ["database-leader", "database", "database-standby"];

function replaceMember({ state }: ApiRequest, member: MemberRecord, body: JsonObject): MemberRecord {
  const { store, flavour } = state;
  const roles = textListField(body, "roles") ?? [];
  for (const role of ["database", "database-standby"]) {
    const has = databaseRoles(state, member).includes(role);
    if (has === roles.includes(role)) continue;
    throw new Refusal(400, `The "${role}" role cannot be ${has ? "dropped" : "added"} at this time`);
  }
  const groups = textListField(body, "groups") ?? [];
  if (groups.length === 0) throw new Refusal(400, "Cluster members need to belong to at least one group");
  const config = textMapField(body, "config") ?? {};
  checkMemberConfig(config);
  const own = roles.filter((role) => !namedByCluster.includes(role));
  const wrong = own.find((role) => !ownRoles.includes(role));
  if (wrong !== undefined) throw new Refusal(500, `Update roles: Invalid cluster role "${wrong}"`);
  const failureDomain = textField(body, "failure_domain");
  if (failureDomain === "") throw new Refusal(500, "Update failure domain: Failure domain name can't be empty");
  if (!groups.every((group) => store.clusterGroups.get(serverScope, group) !== undefined)) {
    const about = "Update cluster groups: Failed to add member to cluster group: Failed to get cluster group ID";
    throw new Refusal(404, `${about}: ${flavour === "lxd" ? "Cluster group" : "Cluster_group"} not found`);
  }
  setGroupsOf(state, member.name, groups);
  const description = textField(body, "description");
  return { ...member, description, failureDomain, roles: own, config: cleanConfig(config) };
}

function checkMemberConfig(config: Config): void {
  for (const [key, value] of Object.entries(config)) {
    if (key.startsWith("user.") || value === "") continue;
    if (key !== "scheduler.instance") throw new Refusal(500, `Invalid cluster configuration key "${key}"`);
    if (!["all", "group", "manual"].includes(value)) {
      throw new Refusal(500, `Invalid cluster configuration key "${key}" value`);
    }
  }
}

function rename(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const isLxd = state.flavour === "lxd";
  const old = params["name"] ?? "";
  if (!isLxd) requireMember(state, old);
  const name = textField(parseBody(request), "server_name");
  const member = state.store.members.get(serverScope, old);
  if (state.store.members.get(serverScope, name) !== undefined) throw new Refusal(409, "Conflict");
  if (member === undefined) throw new Refusal(500, "expected to update one row, not 0");
  renameMember(state, member, name);
  // Incus tells it as the member that has the new name by now.
  const teller = isLxd ? state : state.on(name);
  const source = spec.url(state, { ...member, name });
  tellRequest({ ...request, state: teller }, { action: "cluster-member-renamed", source, context: { old_name: old } });
  return sync({});
}

async function remove(request: ApiRequest): Promise<ApiReply> {
  const { state, query } = request;
  const member = requireRecord(spec, request);
  await removeMember(state, member, { isForced: query.get("force") === "1" });
  tellRequest(request, { action: "cluster-member-removed", source: spec.url(state, member) });
  return sync({});
}

function getState({ state, params }: ApiRequest): ApiReply {
  requireMember(state, params["name"] ?? "");
  return sync(memberState(state));
}

function changeState(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const member = requireMember(state, params["name"] ?? "");
  const action = textField(parseBody(request), "action");
  if (action === "evacuate") return evacuateMember(request, member);
  if (action === "restore") return restoreMember(request, member);
  throw new Refusal(400, `Unknown action ${JSON.stringify(action)}`);
}
