import { type Flavour, isInstanceName } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { AclRecord, Config } from "../core/records.ts";
import { mergedConfig } from "../core/merge-config.ts";
import { Refusal } from "../core/refusal.ts";
import { requireRecord, resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiRequest, Route } from "../core/router.ts";
import { nameProblem } from "../instances/instance-rules.ts";
import { aclRules } from "./acl-rules.ts";
import { aclUsers } from "./acl-users.ts";
import { networkScope } from "./networks.ts";

const spec: ResourceSpec<AclRecord> = {
  path: "/1.0/network-acls",
  event: "network-acl",
  table: (state) => state.store.acls,
  scope: networkScope,
  missing: () => new Refusal(404, "Network ACL not found"),
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { name, project }) => apiUrl(flavour, ["network-acls", name], project),
  view: ({ state }, acl) => {
    const { name, description, egress, ingress, config, project } = acl;
    const where = state.flavour === "incus" ? { project } : {};
    return { name, description, egress, ingress, config, used_by: aclUsers(state, acl), ...where };
  },
  etag: (_, { name, description, ingress, egress, config }) => [name, description, ingress, egress, config],
  list: { hasAllProjects: true },
  create: {
    make: ({ state }, project, body) => {
      const name = textField(body, "name");
      checkName(state.flavour, name);
      if (state.store.acls.get(project, name) !== undefined) throw new Refusal(400, "The network ACL already exists");
      return withBody(state, { project, name, description: "", config: {}, ingress: [], egress: [] }, body);
    },
  },
  update: {
    merge: ({ config }, body) => ({ ...body, config: mergedConfig(config, body) }),
    replace: ({ state }, acl, body) => withBody(state, acl, body),
  },
  rename: {
    rename: ({ state }, acl, name) => {
      if (state.store.acls.get(acl.project, name) !== undefined) {
        throw new Refusal(500, "An ACL by that name exists already");
      }
      if (aclUsers(state, acl).length > 0) throw new Refusal(500, "Cannot rename an ACL that is in use");
      checkName(state.flavour, name);
      return { ...acl, name };
    },
  },
  remove: ({ state }, acl) => {
    if (aclUsers(state, acl).length > 0) throw new Refusal(500, "Cannot delete an ACL that is in use");
  },
};

/** `/1.0/network-acls` and what is below it. */
export const aclRoutes: readonly Route[] = [
  ...resourceRoutes(spec),
  { pattern: "/1.0/network-acls/{name}/log", methods: { GET: getLog } },
];

function checkName(flavour: Flavour, name: string): void {
  if (name === "") throw new Refusal(500, "Name is required");
  if (/^[@#]/.test(name)) throw new Refusal(500, `Name cannot start with reserved character '${name.slice(0, 1)}'`);
  if (isInstanceName(name, flavour)) return;
  throw new Refusal(500, nameProblem(name, flavour));
}

function withBody(state: FakeState, acl: AclRecord, body: JsonObject): AclRecord {
  const config = cleanConfig(textMapField(body, "config") ?? {});
  checkUserConfig(config);
  const ingress = aclRules(state.flavour, body, "ingress");
  const egress = aclRules(state.flavour, body, "egress");
  return { ...acl, description: textField(body, "description"), config, ingress, egress };
}

/** Refuses keys other than those of users and `known`. */
export function checkUserConfig(config: Config, known: readonly string[] = []): void {
  const bad = Object.keys(config).find((key) => !key.startsWith("user.") && !known.includes(key));
  if (bad !== undefined) throw new Refusal(500, `Invalid config option "${bad}"`);
}

function getLog(request: ApiRequest): never {
  requireRecord(spec, request);
  throw new Refusal(500, "Only OVN log entries may be retrieved at this time");
}
