import { isIP } from "node:net";
import { isClustered } from "../cluster/members.ts";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, textField, textMapField, parseBody } from "../core/json-body.ts";
import type { ForwardRecord, NetworkRecord } from "../core/records.ts";
import { mergedConfig } from "../core/merge-config.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiRequest, Route } from "../core/router.ts";
import { scopeOf } from "../core/table.ts";
import { forwardFault } from "./forward-rules.ts";
import { networkScope, requireNetwork } from "./networks.ts";
import { notSupported } from "./refused-routes.ts";

const verbs: Readonly<Record<string, string>> = { PUT: "updating", DELETE: "deleting" };

const spec: ResourceSpec<ForwardRecord> = {
  path: "/1.0/networks/{name}/forwards",
  item: "{listenAddress}",
  event: "network-forward",
  table: (state) => state.store.forwards,
  scope: (request) => {
    const { project, name, type } = requireNetwork(request);
    if (type !== "bridge") throw notSupported(type, "forwards");
    return scopeOf(project, name);
  },
  missing: ({ method }) => {
    const verb = verbs[method];
    return new Refusal(404, `${verb === undefined ? "" : `Failed ${verb} forward: `}Network forward not found`);
  },
  nameOf: ({ listenAddress }) => listenAddress,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { network, listenAddress, project }) =>
    apiUrl(flavour, ["networks", network, "forwards", listenAddress], project),
  view: ({ state }, { description, config, ports, listenAddress, location }) => ({
    description,
    config,
    ports,
    listen_address: listenAddress,
    location: location ?? state.location,
  }),
  etag: (_, { listenAddress, description, config, ports }) => [listenAddress, description, config, ports],
  create: {
    early: (request) => {
      networkScope(request);
      parseBody(request);
    },
    make: makeForward,
  },
  update: {
    early: (request) => {
      spec.scope(request);
      parseBody(request);
    },
    heedsIfMatch: false,
    // A PATCH that leaves the ports out keeps them, and nothing else but the configuration.
    merge: ({ config, ports }, body) => ({
      ...body,
      config: mergedConfig(config, body),
      ports: body["ports"] ?? ports,
    }),
    replace: (request, forward, body) => withBody(requireNetwork(request), forward, body, "updating"),
  },
  remove: () => undefined,
};

/** Forwards of a managed bridge. */
export const forwardRoutes: readonly Route[] = resourceRoutes(spec);

function makeForward(request: ApiRequest, scope: string, body: JsonObject): ForwardRecord {
  const network = requireNetwork(request);
  const listenAddress = textField(body, "listen_address");
  const about = "Failed creating forward";
  if (isIP(listenAddress) === 0) {
    const text = `Failed parsing address forward listen address "${listenAddress}"`;
    throw new Refusal(500, `${about}: ${text}: invalid CIDR address: ${listenAddress}/32`);
  }
  if (request.state.store.forwards.get(scope, listenAddress) !== undefined) {
    throw new Refusal(409, `${about}: A forward for that listen address already exists`);
  }
  const { project, name } = network;
  const place = isClustered(request.state) ? { location: request.state.location } : {};
  const empty = { project, network: name, listenAddress, ...place, description: "", config: {}, ports: [] };
  return withBody(network, empty, body, "creating");
}

function withBody(network: NetworkRecord, forward: ForwardRecord, body: JsonObject, verb: string): ForwardRecord {
  const refuse = (text: string): Refusal => new Refusal(500, `Failed ${verb} forward: ${text}`);
  const config = cleanConfig(textMapField(body, "config") ?? {});
  const bad = Object.keys(config).find((key) => !key.startsWith("user.") && key !== "target_address");
  if (bad !== undefined) throw refuse(`Invalid option "${bad}"`);
  const sent = Array.isArray(body["ports"]) ? (body["ports"] as readonly JsonObject[]) : [];
  const ports = sent.map((port) => ({
    description: textField(port, "description"),
    protocol: textField(port, "protocol"),
    listen_port: textField(port, "listen_port").replaceAll(/\s*,\s*/g, ","),
    target_port: textField(port, "target_port").replaceAll(/\s*,\s*/g, ","),
    target_address: textField(port, "target_address"),
  }));
  const changed = { ...forward, description: textField(body, "description"), config, ports };
  const fault = forwardFault(network.config, changed);
  if (fault !== undefined) throw refuse(fault);
  return changed;
}
