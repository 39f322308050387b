import { isIP } from "node:net";
import { apiUrl } from "../core/api-url.ts";
import { boolean, cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { Config, NetworkRecord, ZoneRecord } from "../core/records.ts";
import { mergedConfig } from "../core/merge-config.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiRequest, Route } from "../core/router.ts";
import { scopeOf } from "../core/table.ts";
import { featureScope } from "../projects/project-scope.ts";
import { checkUserConfig } from "./acls.ts";

/** The project whose zones the request means: LXD goes by its networks, Incus has a feature of its own for them. */
export function zoneScope(request: ApiRequest): string {
  return featureScope(request, request.state.flavour === "lxd" ? "features.networks" : "features.networks.zones");
}

const spec: ResourceSpec<ZoneRecord> = {
  path: "/1.0/network-zones",
  item: "{zone}",
  event: "network-zone",
  table: (state) => state.store.zones,
  scope: zoneScope,
  missing: () => new Refusal(404, "Network zone not found"),
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { name, project }) => apiUrl(flavour, ["network-zones", name], project),
  view: ({ state, params }, { description, config, name, project }) => {
    // Incus 6.0.4 tells the project in lists alone.
    const where = state.flavour === "incus" ? { project: params["zone"] === undefined ? project : "" } : {};
    return { description, config, name, used_by: zoneUsers(state, { name, project }), ...where };
  },
  etag: (_, { name, description, config }) => [name, description, config],
  list: { hasAllProjects: true, isSorted: false },
  create: {
    make: ({ state }, project, body) => {
      const name = textField(body, "name");
      if (name === "") throw new Refusal(500, "Name is required");
      if (state.store.zones.get(project, name) !== undefined) {
        throw new Refusal(400, "The network zone already exists");
      }
      return withBody({ project, name, description: "", config: {} }, body);
    },
  },
  update: {
    merge: ({ config }, body) => ({ ...body, config: mergedConfig(config, body) }),
    replace: (_, zone, body) => withBody(zone, body),
  },
  remove: ({ state }, { project, name }) => {
    if (zoneUsers(state, { project, name }).length > 0) throw new Refusal(500, "Cannot delete a zone that is in use");
    const { zoneRecords } = state.store;
    for (const record of zoneRecords.in(scopeOf(project, name))) zoneRecords.delete(record);
  },
};

/** `/1.0/network-zones` and what is below it, but for records. */
export const zoneRoutes: readonly Route[] = resourceRoutes(spec);

/** URLs of the networks that publish their names in a zone. */
function zoneUsers(
  { store, flavour }: FakeState,
  { project, name }: Pick<ZoneRecord, "project" | "name">,
): readonly string[] {
  const isUser = ({ config }: NetworkRecord): boolean =>
    ["forward", "reverse.ipv4", "reverse.ipv6"].some((key) =>
      (config[`dns.zone.${key}`] ?? "").split(",").some((zone) => zone.trim() === name),
    );
  return store.networks
    .in(project)
    .filter(isUser)
    .map((network) => apiUrl(flavour, ["networks", network.name], network.project));
}

function withBody(zone: ZoneRecord, body: JsonObject): ZoneRecord {
  const config = cleanConfig(textMapField(body, "config") ?? {});
  const peers = Object.keys(config).filter((key) => /^peers\.[^.]+\.(address|key)$/.test(key));
  checkUserConfig(config, ["dns.nameservers", "network.nat", ...peers]);
  checkValues(config);
  return { ...zone, description: textField(body, "description"), config };
}

function checkValues(config: Config): void {
  for (const [key, value] of Object.entries(config)) {
    const isAddress = /^peers\.[^.]+\.address$/.test(key);
    const problem = isAddress ? addressProblem(value) : key === "network.nat" ? boolean(value) : undefined;
    if (problem !== undefined) throw new Refusal(500, `Invalid value for config option "${key}": ${problem}`);
  }
}

function addressProblem(address: string): string | undefined {
  return isIP(address) === 0 ? `Not an IP address "${address}"` : undefined;
}
