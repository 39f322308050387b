import {
  checkMemberKeys,
  checkShared,
  isCreated,
  memberNetworkKeys,
  splitConfig,
  targetOf,
  withOwn,
} from "../cluster/member-config.ts";
import { allMembers, checkAllOnline, isClustered, requireMember } from "../cluster/members.ts";
import { announced, checkAnnounced, checkRetry, createOnAll, type SharedKind } from "../cluster/pending.ts";
import { tellOnOthers } from "../cluster/tell-members.ts";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { Config, NetworkRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, created, sync } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { networkDriver } from "./network-drivers.ts";

const kind: SharedKind = { title: "Network", longTitle: "Network" };

function urlOf({ state }: ApiRequest, { name, project }: Pick<NetworkRecord, "name" | "project">): string {
  return apiUrl(state.flavour, ["networks", name], project);
}

/** `POST /1.0/networks` in a cluster: announces a network on one member, or makes one that was announced on all. */
export function createClusterNetwork(request: ApiRequest, project: string, body: JsonObject): ApiReply | undefined {
  const { state } = request;
  const name = textField(body, "name");
  if (!isClustered(state) || name === "") return undefined;
  const target = targetOf(request);
  if (target === "" && allMembers(state).length === 1) return undefined;
  const record = state.store.networks.get(project, name);
  const config = textMapField(body, "config") ?? {};
  const type = textField(body, "type");
  const reply = created(urlOf(request, { name, project }));
  if (target === "") {
    checkAnnounced(request, kind, record);
    finish(request, state.store.networks.get(project, name), type, config);
    return reply;
  }
  requireMember(state, target);
  const driver = networkDriver(state, type || "bridge", config);
  driver.checkName(name);
  driver.checkInterface(name);
  announce(request, record ?? newNetwork(project, name, type || "bridge"), { type, target, config });
  if (record === undefined && state.flavour === "incus") {
    tellRequest(request, { action: "network-created", source: urlOf(request, { name, project }), project });
  }
  return reply;
}

function newNetwork(project: string, name: string, type: string): NetworkRecord {
  return { project, name, description: "", type, config: {}, hwaddr: "", members: {} };
}

function announce(
  { state }: ApiRequest,
  network: NetworkRecord,
  wanted: { readonly type: string; readonly target: string; readonly config: Config },
): void {
  const { type, target, config } = wanted;
  checkMemberKeys(config, {}, memberNetworkKeys, notOfMember);
  if (type !== "" && type !== network.type) {
    throw new Refusal(500, "Requested network type doesn't match type in existing database record");
  }
  const defined = (): Refusal =>
    state.flavour === "lxd"
      ? new Refusal(400, `The network is already defined on member "${target}"`)
      : new Refusal(409, `Network "${network.name}" is already defined on member "${target}"`);
  state.store.networks.put(announced(kind, network, target, config, defined));
}

function notOfMember(key: string): Refusal {
  return new Refusal(400, `Config key ${JSON.stringify(key)} may not be used as member-specific key`);
}

function finish({ state }: ApiRequest, found: NetworkRecord | undefined, type: string, config: Config): void {
  if (found === undefined) return;
  if (type !== "" && type !== found.type) {
    const about = `Requested network type ${JSON.stringify(type)} doesn't match type in existing database record`;
    throw new Refusal(500, `${about} ${JSON.stringify(found.type)}`);
  }
  checkShared(config, memberNetworkKeys, 500);
  checkRetry(kind, found, config);
  const { networks } = state.store;
  const driver = networkDriver(state, found.type, config);
  const filled = driver.fill(state, { ...found.config, ...config }, { isNew: true });
  const record = { ...found, config: filled, hwaddr: found.hwaddr || driver.hwaddr(state, filled) };
  const wanted = { name: found.name, config: { ...filled, ...found.members?.[state.location]?.config } };
  const check = (): void => {
    const problem = driver.problem(state, wanted) ?? driver.startProblem(state, wanted);
    if (problem !== undefined) throw new Refusal(500, problem);
  };
  networks.put(createOnAll(state, { put: networks.put, record, check }));
}

/** What a network that is made at once is on the members of a cluster. */
export function networkParts(state: ApiRequest["state"], config: Config): Pick<NetworkRecord, "config" | "members"> {
  if (!isClustered(state)) return { config };
  const { shared, own } = splitConfig(config, memberNetworkKeys);
  const part = { status: "Created", config: own } as const;
  return { config: shared, members: { [state.location]: part } };
}

/** `PUT` and `PATCH` in a cluster: what one member has is changed here; what all have is left to the others. */
export function changeClusterNetwork(
  request: ApiRequest,
  network: NetworkRecord,
  body: JsonObject,
): ApiReply | undefined {
  const { state, method } = request;
  if (!isClustered(state)) return undefined;
  const target = targetOf(request);
  const config = textMapField(body, "config") ?? {};
  const source = urlOf(request, network);
  const event = { action: "network-updated", source, project: network.project };
  if (target === "") {
    if (!isCreated(network)) {
      throw new Refusal(400, "Cannot update network global config when not in created state");
    }
    checkShared(config, memberNetworkKeys, 400);
    checkAllOnline(state);
    tellOnOthers(request, event);
    return undefined;
  }
  checkMemberKeys(config, network.config, memberNetworkKeys, notOfMember);
  tellRequest(request, event);
  const { own } = splitConfig(config, memberNetworkKeys);
  const kept = method === "PATCH" ? network.members?.[target]?.config : {};
  const changed = cleanConfig({ ...kept, ...own });
  const wanted = { name: network.name, config: { ...network.config, ...changed } };
  const problem = networkDriver(state, network.type, config).problem(state, wanted);
  if (problem !== undefined) throw new Refusal(400, problem);
  state.store.networks.put(withOwn(network, target, changed));
  return sync({});
}

/** Refuses another name for a network of a cluster. */
export function keepClusterName({ state }: ApiRequest): void {
  if (isClustered(state)) throw new Refusal(400, "Renaming clustered network not supported");
}
