import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, parseBody, textField, textMapField } from "../core/json-body.ts";
import type { Config, IntegrationRecord } from "../core/records.ts";
import { mergedConfig } from "../core/merge-config.ts";
import { Refusal } from "../core/refusal.ts";
import { requireRecord, resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, type Handler, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { tellRequest } from "../events/lifecycle-event.ts";

const spec: ResourceSpec<IntegrationRecord> = {
  path: "/1.0/network-integrations",
  event: "network-integration",
  table: (state) => state.store.integrations,
  scope: () => serverScope,
  missing: ({ method }) =>
    method === "POST"
      ? new Refusal(500, "Query affected 0 rows instead of 1")
      : new Refusal(404, "Network_integration not found"),
  nameOf: ({ name }) => name,
  url: ({ flavour }, { name }) => apiUrl(flavour, ["network-integrations", name]),
  view: (_, { description, config, name, type }) => ({ description, config, name, type, used_by: [] }),
  etag: (_, { name, description, type, config }) => [name, description, type, config],
  create: { make: makeIntegration },
  update: {
    replace: (_, integration, body) => {
      const config = checkedConfig(body);
      return { ...integration, description: textField(body, "description"), config };
    },
    merge: ({ description, config }, body) => ({
      description,
      ...body,
      config: mergedConfig(config, body),
    }),
  },
  remove: () => undefined,
  itemMethods: { POST: renameIntegration },
};

/** `/1.0/network-integrations` and what is below it: ways to networks of other servers. */
export const integrationRoutes: readonly Route[] = resourceRoutes(spec).map(({ methods, ...route }) => {
  const { GET: get } = methods;
  return { ...route, methods: get === undefined ? methods : { ...methods, GET: inProject(get) }, only: "incus" };
});

/** Only those who read need a project that there is. */
function inProject(handler: Handler): Handler {
  return (request) => {
    const project = projectOf(request);
    if (hasProject(request.state, project)) return handler(request);
    throw new Refusal(
      request.params["name"] === undefined ? 500 : 404,
      `Failed to load network restrictions from project "${project}": Project not found`,
    );
  };
}

const keys = ["northbound_connection", "southbound_connection", "ca_cert", "client_cert", "client_key"].map(
  (key) => `ovn.${key}`,
);

function checkedConfig(body: JsonObject): Config {
  const config = cleanConfig(textMapField(body, "config") ?? {});
  const bad = Object.keys(config).find(
    (key) => !key.startsWith("user.") && key !== "ovn.transit.pattern" && !keys.includes(key),
  );
  if (bad !== undefined) throw new Refusal(400, `Invalid network integration configuration key "${bad}"`);
  return config;
}

function makeIntegration({ state }: ApiRequest, _: string, body: JsonObject): IntegrationRecord {
  const [name, type] = [textField(body, "name"), textField(body, "type")];
  if (type !== "ovn") throw new Refusal(400, `Invalid integration type "${type}"`);
  const config = checkedConfig(body);
  if (state.store.integrations.get(serverScope, name) !== undefined) {
    const text = "UNIQUE constraint failed: networks_integrations.name";
    throw new Refusal(500, `Failed to create "networks_integrations" entry: ${text}`);
  }
  return { name, type, description: textField(body, "description"), config };
}

/** Unlike elsewhere, a new name is answered without a URL, and told as if the old one had been removed. */
function renameIntegration(request: ApiRequest): ApiReply {
  const { integrations } = request.state.store;
  const name = textField(parseBody(request), "name");
  const integration = requireRecord(spec, request);
  if (name !== integration.name && integrations.get(serverScope, name) !== undefined) {
    throw new Refusal(500, "Rename NetworkIntegration failed: UNIQUE constraint failed: networks_integrations.name");
  }
  integrations.delete(integration);
  const renamed = { ...integration, name };
  integrations.put(renamed);
  const source = spec.url(request.state, renamed);
  tellRequest(request, { action: "network-integration-deleted", source, context: { old_name: integration.name } });
  return sync({});
}
