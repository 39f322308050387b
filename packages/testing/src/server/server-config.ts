import type { FakeState } from "../core/fake-state.ts";
import { configAt, keepConfig } from "../cluster/member-server-config.ts";
import { checkTarget } from "../cluster/target.ts";
import { anyText, cleanConfig, type ConfigRules, oneOf, type ValueRule } from "../core/config-rules.ts";
import { etagOf } from "../core/etag.ts";
import { type JsonObject, objectField, parseBody } from "../core/json-body.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkIfMatch, sync } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";

const integer: ValueRule = (value) => (/^[+-]?\d+$/.test(value) ? undefined : "invalid integer");
const boolean: ValueRule = (value) =>
  /^(?:true|false|1|0|yes|no|on|off)$/i.test(value) ? undefined : "invalid boolean";
const expiry: ValueRule = (value) =>
  /^\d+(?:S|M|H|d|w|m|y)(?: \d+(?:S|M|H|d|w|m|y))*$/.test(value) ? undefined : "Invalid expiry expression";
const address: ValueRule = (value) =>
  /^(?:\[[0-9a-fA-F:]*\]|[^:]*)(?::\d+)?$/.test(value) ? undefined : `Couldn't resolve "${value}"`;

const algorithms = ["bzip2", "gzip", "lz4", "lzma", "none", "xz", "zstd"];

function compression(refusal: (value: string) => string): ValueRule {
  return (value) => (algorithms.includes(value.split(" ")[0] ?? "") ? undefined : refusal(value));
}

const shared: ConfigRules = {
  "cluster.https_address": address,
  "cluster.images_minimal_replica": integer,
  "cluster.join_token_expiry": expiry,
  "cluster.max_standby": integer,
  "cluster.max_voters": integer,
  "cluster.offline_threshold": (value) =>
    integer(value) ?? (Number(value) > 10 ? undefined : "Value must be greater than '10'"),
  "core.bgp_address": address,
  "core.bgp_asn": integer,
  "core.bgp_routerid": anyText,
  "core.debug_address": address,
  "core.dns_address": address,
  "core.https_address": address,
  "core.https_allowed_credentials": boolean,
  "core.https_allowed_headers": anyText,
  "core.https_allowed_methods": anyText,
  "core.https_allowed_origin": anyText,
  "core.https_trusted_proxy": anyText,
  "core.metrics_address": address,
  "core.metrics_authentication": boolean,
  "core.proxy_http": anyText,
  "core.proxy_https": anyText,
  "core.proxy_ignore_hosts": anyText,
  "core.remote_token_expiry": expiry,
  "core.shutdown_timeout": integer,
  "core.trust_ca_certificates": boolean,
  "images.auto_update_cached": boolean,
  "images.auto_update_interval": integer,
  "images.default_architecture": anyText,
  "images.remote_cache_expiry": integer,
  "instances.nic.host_name": oneOf("random", "mac"),
  "network.ovn.integration_bridge": anyText,
  "network.ovn.northbound_connection": anyText,
  "storage.backups_volume": anyText,
  "storage.images_volume": anyText,
};

/** A compression that LXD has, with its options. */
export const lxdCompression: ValueRule = compression((value) => `Invalid compression algorithm "${value}"`);
const lxd: ConfigRules = {
  ...shared,
  "backups.compression_algorithm": lxdCompression,
  "candid.api.key": anyText,
  "candid.api.url": anyText,
  "candid.domains": anyText,
  "candid.expiry": integer,
  "core.trust_password": anyText,
  "images.compression_algorithm": lxdCompression,
  "maas.api.key": anyText,
  "maas.api.url": anyText,
  "maas.machine": anyText,
  "rbac.agent.private_key": anyText,
  "rbac.agent.public_key": anyText,
  "rbac.agent.url": anyText,
  "rbac.agent.username": anyText,
  "rbac.api.expiry": integer,
  "rbac.api.key": anyText,
  "rbac.api.url": anyText,
  "rbac.expiry": integer,
};

/** A compression that Incus has, with its options. */
export const incusCompression: ValueRule = compression(
  (value) => `Compression algorithm "${value}" isn't currently supported`,
);
const incus: ConfigRules = {
  ...shared,
  "acme.agree_tos": boolean,
  "acme.ca_url": anyText,
  "acme.domain": anyText,
  "acme.email": anyText,
  "authorization.scriptlet": anyText,
  "backups.compression_algorithm": incusCompression,
  "cluster.healing_threshold": integer,
  "core.storage_buckets_address": address,
  "core.syslog_socket": boolean,
  "images.compression_algorithm": incusCompression,
  "instances.lxcfs.per_instance": boolean,
  "instances.placement.scriptlet": anyText,
  "loki.*": anyText,
  "network.ovn.*": anyText,
  "oidc.*": anyText,
  "openfga.*": anyText,
};

/** The server's configuration as it is shown: nobody reads the trust password again. */
export function shownConfig(state: FakeState): Readonly<Record<string, unknown>> {
  const config = configAt(state);
  return "core.trust_password" in config ? { ...config, "core.trust_password": true } : config;
}

/** `PUT /1.0`: what the body leaves out is unset. */
export function putConfig(request: ApiRequest): Promise<ApiReply> {
  return change(request, {});
}

/** `PATCH /1.0`: what the body leaves out stays. */
export function patchConfig(request: ApiRequest): Promise<ApiReply> {
  return change(request, configAt(request.state));
}

async function change(request: ApiRequest, base: Config): Promise<ApiReply> {
  const { state } = request;
  checkTarget(request);
  // A PUT reads the body before it looks at the ETag, a PATCH after.
  const early = request.method === "PUT" ? parseBody(request) : undefined;
  checkIfMatch(request, etagOf(shownConfig(state)));
  const whole = early ?? parseBody(request);
  // A PATCH without a configuration does nothing, and nothing is told; a PUT takes all away.
  if ((whole["config"] ?? undefined) === undefined && request.method === "PATCH") return sync({});
  const body = objectField(whole, "config");
  const wanted = withoutDefaults(state, { ...base, ...keptByUsers(state), ...readOrSpoil(request, body) });
  // Clients that write a configuration back as they read it hold `true` for the password.
  const password = state.store.config["core.trust_password"];
  const config =
    wanted["core.trust_password"] === "true" && password !== undefined
      ? { ...wanted, "core.trust_password": password }
      : wanted;
  await keepConfig(state, config);
  tellRequest(request, { action: "config-updated", source: "/1.0" });
  return sync({});
}

function readConfig(state: FakeState, body: JsonObject): Config {
  const rules = state.flavour === "lxd" ? lxd : incus;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => {
      if (typeof value !== "string" && !(key === "core.trust_password" && value === true))
        throw badType(state, key, value);
      const text = String(value);
      const reason = problemOf(rules, key, text);
      if (reason !== undefined) throw new Refusal(400, `cannot set '${key}' to '${text}': ${reason}`);
      return [key, text];
    }),
  );
}

function problemOf(rules: ConfigRules, key: string, value: string): string | undefined {
  if (key.startsWith("user.")) return undefined;
  const rule = Object.entries(rules).find(([name]) =>
    name.endsWith("*") ? key.startsWith(name.slice(0, -1)) : name === key,
  )?.[1];
  if (rule === undefined) return "unknown key";
  return value === "" ? undefined : rule(value);
}

function badType(state: FakeState, key: string, value: unknown): Refusal {
  const goType = typeof value === "boolean" ? "bool" : typeof value === "number" ? "float64" : typeof value;
  if (state.flavour === "lxd") return new Refusal(400, `cannot set '${key}': invalid type ${goType}`);
  const kind = goType === "float64" ? "number" : goType;
  return new Refusal(400, `json: cannot unmarshal ${kind} into Go struct field ServerPut.config of type string`);
}

/** What a key says anyway, which is not kept. */
const defaults: Readonly<Record<string, string>> = {
  "backups.compression_algorithm": "gzip",
  "cluster.healing_threshold": "0",
  "cluster.images_minimal_replica": "3",
  "cluster.join_token_expiry": "3H",
  "cluster.max_standby": "2",
  "cluster.max_voters": "3",
  "cluster.offline_threshold": "20",
  "core.https_allowed_credentials": "false",
  "core.metrics_authentication": "true",
  "core.shutdown_timeout": "5",
  "core.trust_ca_certificates": "false",
  "images.auto_update_cached": "true",
  "images.auto_update_interval": "6",
  "images.compression_algorithm": "gzip",
  "images.remote_cache_expiry": "10",
  "instances.nic.host_name": "random",
  "network.ovn.integration_bridge": "br-int",
};

function withoutDefaults({ flavour }: FakeState, config: Config): Config {
  const isDefault = (key: string, value: string): boolean =>
    // Incus keeps this one.
    defaults[key] === value && !(flavour === "incus" && key === "instances.nic.host_name");
  return cleanConfig(Object.fromEntries(Object.entries(config).filter(([key, value]) => !isDefault(key, value))));
}

/** The keys of users stay until they are emptied, whatever a `PUT` leaves out: measured on both families. */
function keptByUsers(state: FakeState): Config {
  return Object.fromEntries(Object.entries(configAt(state)).filter(([key]) => key.startsWith("user.")));
}

/** What each member of a cluster has for itself. */
const memberKeys: ReadonlySet<string> = new Set([
  "cluster.https_address",
  "core.bgp_address",
  "core.bgp_routerid",
  "core.debug_address",
  "core.dns_address",
  "core.https_address",
  "core.metrics_address",
  "core.storage_buckets_address",
  "core.syslog_socket",
  "maas.machine",
  "storage.backups_volume",
  "storage.images_volume",
]);

/**
 * Reads the configuration. The servers save the keys of the member before they look at the others, so what they refuse
 * leaves those as the body has them: LXD after a `PUT`, Incus after a `PATCH` too.
 */
function readOrSpoil(request: ApiRequest, body: JsonObject): Config {
  const { state, method } = request;
  try {
    return readConfig(state, body);
  } catch (error) {
    if (state.flavour === "incus" || method === "PUT") {
      const kept = Object.entries(state.store.config).filter(([key]) => !memberKeys.has(key));
      const sent = Object.entries(body).filter(([key, value]) => memberKeys.has(key) && typeof value === "string");
      state.store.config = cleanConfig(Object.fromEntries([...kept, ...sent]) as Config);
    }
    throw error;
  }
}
