import {
  checkMemberKeys,
  checkShared,
  isCreated,
  memberPoolKeys,
  splitConfig,
  targetOf,
  withOwn,
} from "../cluster/member-config.ts";
import { allMembers, checkAllOnline, firstMember, isClustered, requireMember } from "../cluster/members.ts";
import { announced, checkAnnounced, checkRetry, createOnAll, type SharedKind } from "../cluster/pending.ts";
import { tellOnOthers } from "../cluster/tell-members.ts";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { Config, MemberPart, PoolRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, created, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { checkDriver, checkPoolConfig, placePool } from "./pool-drivers.ts";
import { poolFolder } from "./pool-folder.ts";

const kind: SharedKind = { title: "Pool", longTitle: "Storage pool" };

/** `POST /1.0/storage-pools` in a cluster: announces a pool on one member, or makes one that was announced on all. */
export function createClusterPool(request: ApiRequest, body: JsonObject): ApiReply | undefined {
  const { state } = request;
  const [name, driver] = [textField(body, "name"), textField(body, "driver")];
  if (!isClustered(state) || name === "" || name.includes("/") || driver === "") return undefined;
  const target = targetOf(request);
  if (target === "" && allMembers(state).length === 1) return undefined;
  const record = state.store.pools.get(serverScope, name);
  const config = textMapField(body, "config") ?? {};
  const source = apiUrl(state.flavour, ["storage-pools", name]);
  if (target === "") {
    checkAnnounced(request, kind, record);
    finish(request, body, driver, config);
    if (state.flavour === "lxd") tellRequest(request, { action: "storage-pool-created", source });
    return created(source);
  }
  requireMember(state, target);
  if (record === undefined) checkDriver(state, driver, 400);
  announce(request, record ?? { name, description: "", driver, config: {}, members: {} }, driver, target, config);
  if (record === undefined && state.flavour === "incus") {
    tellRequest(request, { action: "storage-pool-created", source, context: { target } });
  }
  return created(source);
}

function announce({ state }: ApiRequest, pool: PoolRecord, driver: string, target: string, config: Config): void {
  const about = (key: string): string => `Config key ${JSON.stringify(key)} may not be used as member-specific key`;
  checkMemberKeys(config, {}, memberPoolKeys, (key) => new Refusal(500, about(key)));
  if (driver !== pool.driver) throw new Refusal(500, "Storage pool already exists with a different driver");
  const defined = (): Refusal => new Refusal(400, `The storage pool already defined on member "${target}"`);
  state.store.pools.put(announced(kind, pool, target, cleanConfig(config), defined));
}

function finish({ state }: ApiRequest, body: JsonObject, driver: string, config: Config): void {
  const { pools } = state.store;
  const found = pools.get(serverScope, textField(body, "name"));
  if (found === undefined) return;
  if (driver !== found.driver) {
    const about = `Requested storage pool driver ${JSON.stringify(driver)} doesn't match driver`;
    throw new Refusal(500, `${about} in existing database record ${JSON.stringify(found.driver)}`);
  }
  checkShared(config, memberPoolKeys, 500);
  checkRetry(kind, found, config);
  const record = {
    ...found,
    description: textField(body, "description"),
    config: cleanConfig({ ...found.config, ...config }),
  };
  let placed: Readonly<Record<string, MemberPart>> = {};
  const check = (): void => {
    checkPoolConfig(state, driver, record.config, 500);
    placed = placedParts(state, record);
  };
  const made = createOnAll(state, { put: pools.put, record, check });
  pools.put({ ...made, members: placed });
}

/** What a pool is on each member once it is made there. */
function placedParts(
  state: FakeState,
  { name, driver, members = {} }: PoolRecord,
): Readonly<Record<string, MemberPart>> {
  const first = firstMember(state)?.name;
  const parts = Object.entries(members).map(([member, { config }]): [string, MemberPart] => {
    const folder = poolFolder(state, name, member === first ? undefined : member);
    return [member, { status: "Created", config: placePool(state, driver, name, folder, config) }];
  });
  return Object.fromEntries(parts);
}

/** What a pool that is made at once is on the members of a cluster. */
export function poolParts(state: FakeState, config: Config): Pick<PoolRecord, "config" | "members"> {
  if (!isClustered(state)) return { config };
  const { shared, own } = splitConfig(config, memberPoolKeys);
  return { config: shared, members: { [state.location]: { status: "Created", config: own } } };
}

/** `PUT` and `PATCH` in a cluster: what one member has is changed here; what all have is left to the others. */
export function changeClusterPool(request: ApiRequest, pool: PoolRecord, body: JsonObject): ApiReply | undefined {
  const { state } = request;
  if (!isClustered(state)) return undefined;
  const target = targetOf(request);
  const config = textMapField(body, "config") ?? {};
  const source = apiUrl(state.flavour, ["storage-pools", pool.name]);
  if (target !== "") return changeOnMember(request, pool, body, { target, source });
  if (!isCreated(pool)) {
    throw new Refusal(400, "Cannot update storage pool global config when not in created state");
  }
  checkShared(config, memberPoolKeys, 400);
  checkAllOnline(state);
  tellOnOthers(request, { action: "storage-pool-updated", source });
  return undefined;
}

function changeOnMember(
  request: ApiRequest,
  pool: PoolRecord,
  body: JsonObject,
  { target, source }: { readonly target: string; readonly source: string },
): ApiReply {
  const { state, method } = request;
  const config = textMapField(body, "config") ?? {};
  const isPatch = method === "PATCH";
  checkMemberKeys(config, pool.config, memberPoolKeys, (key) => {
    const about = `Config key ${JSON.stringify(key)} may not be used`;
    return new Refusal(400, `${about} as cluster member specific key`);
  });
  tellRequest(request, { action: "storage-pool-updated", source, context: { target } });
  const old = pool.members?.[target]?.config ?? {};
  const own = cleanConfig({ ...(isPatch ? old : {}), ...splitConfig(config, memberPoolKeys).own });
  checkPoolConfig(state, pool.driver, { ...pool.config, ...own }, 400);
  if (own["source"] !== old["source"] && pool.members?.[target]?.status !== "Pending") {
    throw new Refusal(500, "Pool source cannot be changed when not in pending state");
  }
  const isKept = isPatch && !("description" in body);
  const description = isKept ? pool.description : textField(body, "description");
  state.store.pools.put({ ...withOwn(pool, target, own), description });
  return sync({});
}
