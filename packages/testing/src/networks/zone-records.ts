import { isIPv4, isIPv6 } from "node:net";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, numberField, textField, textMapField } from "../core/json-body.ts";
import type { ZoneRecord, ZoneRecordRecord } from "../core/records.ts";
import { mergedConfig } from "../core/merge-config.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiRequest, Route } from "../core/router.ts";
import { scopeOf } from "../core/table.ts";
import { checkUserConfig } from "./acls.ts";
import { zoneScope } from "./zones.ts";

const spec: ResourceSpec<ZoneRecordRecord> = {
  path: "/1.0/network-zones/{zone}/records",
  event: "network-zone-record",
  table: (state) => state.store.zoneRecords,
  scope: (request) => {
    const { project, name } = requireZone(request);
    return scopeOf(project, name);
  },
  missing: () => new Refusal(404, "Network zone record not found"),
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { zone, name, project }) => apiUrl(flavour, ["network-zones", zone, "records", name], project),
  view: (_, { description, entries, config, name }) => ({ description, entries, config, name }),
  etag: (_, { description, entries, config }) => ({ description, entries, config }),
  create: { make: makeRecord },
  update: {
    replace: (request, record, body) => withBody(record, request.method === "PATCH" ? inZone(request, body) : body),
    merge: (_, body) => body,
  },
  remove: () => undefined,
};

/** Records of a DNS zone. */
export const zoneRecordRoutes: readonly Route[] = resourceRoutes(spec);

function requireZone(request: ApiRequest): ZoneRecord {
  const zone = request.state.store.zones.get(zoneScope(request), request.params["zone"] ?? "");
  if (zone === undefined) throw new Refusal(404, "Network zone not found");
  return zone;
}

/** A PATCH merges the configuration of the zone rather than that of the record: measured on both families. */
function inZone(request: ApiRequest, body: JsonObject): JsonObject {
  return { ...body, config: mergedConfig(requireZone(request).config, body) };
}

function makeRecord(request: ApiRequest, scope: string, body: JsonObject): ZoneRecordRecord {
  const { state } = request;
  const { project, name: zone } = requireZone(request);
  const name = textField(body, "name");
  const record = withBody({ project, zone, name, description: "", config: {}, entries: null }, body);
  const { zoneRecords } = state.store;
  // LXD 5.0.2 takes a name once in all zones together.
  const others = state.flavour === "lxd" ? zoneRecords.all() : zoneRecords.in(scope);
  if (!others.some((other) => other.name === name)) return record;
  const columns = state.flavour === "lxd" ? [] : ["networks_zones_records.network_zone_id"];
  throw new Refusal(500, `UNIQUE constraint failed: ${[...columns, "networks_zones_records.name"].join(", ")}`);
}

const types = ["A", "AAAA", "CAA", "CNAME", "HTTPS", "MX", "NS", "PTR", "SOA", "SRV", "SSHFP", "SVCB", "TLSA", "TXT"];

function withBody(record: ZoneRecordRecord, body: JsonObject): ZoneRecordRecord {
  const config = cleanConfig(textMapField(body, "config") ?? {});
  checkUserConfig(config);
  const sent = body["entries"];
  const entries = Array.isArray(sent) ? (sent as readonly JsonObject[]).map(readEntry) : null;
  const seen = new Set<string>();
  for (const { type, value } of entries ?? []) {
    const name = `${type} ${value}`;
    if (seen.has(name)) throw new Refusal(500, `Duplicate record for type "${type}" and value "${value}"`);
    seen.add(name);
  }
  return { ...record, description: textField(body, "description"), config, entries };
}

function readEntry(entry: JsonObject): { readonly type: string; readonly ttl?: number; readonly value: string } {
  const [type, ttl, value] = [textField(entry, "type"), numberField(entry, "ttl"), textField(entry, "value")];
  // The servers parse this line, and say up to where.
  const line = `record ${String(ttl === 0 ? 300 : ttl)} IN ${type}`;
  const refuse = (text: string, until: string): Refusal =>
    new Refusal(500, `Bad zone record entry: dns: ${text} at line: 1:${String(until.length)}`);
  if (type === "") throw refuse(`unknown RR type: "${value}"`, `${line} ${value}`);
  if (!types.includes(type)) throw refuse(`unknown RR type: "${type}"`, `${line} `);
  const fits = { A: isIPv4, AAAA: isIPv6 }[type];
  if (fits?.(value) === false) throw refuse(`bad ${type} ${type}: "${value || String.raw`\n`}"`, `${line} ${value}`);
  return { type, ...(ttl === 0 ? {} : { ttl }), value };
}
