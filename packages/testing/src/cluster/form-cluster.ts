import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, MemberPart, MemberRecord } from "../core/records.ts";
import { poolFolder } from "../storage/pool-folder.ts";
import { firstMember, replaceMember } from "./members.ts";
import { memberPoolKeys, type SharedRecord, splitConfig } from "./member-config.ts";

/** A member as it is when it has just joined. */
export function newMember(name: string, address: string): MemberRecord {
  return {
    name,
    address,
    description: "",
    failureDomain: "default",
    roles: [],
    config: {},
    isEvacuated: false,
    lastHeartbeat: undefined,
  };
}

/** Makes a server that is alone the first member of a cluster; what it has is then on that member. */
export function formCluster(state: FakeState, first: MemberRecord): void {
  const { store } = state;
  const { name } = first;
  store.members.put(first);
  store.clusterGroups.put({ name: "default", description: "Default cluster group", members: [name] });
  for (const instance of store.instances.all()) instance.location = name;
  for (const volume of store.volumes.all()) {
    store.volumes.delete(volume);
    store.volumes.put({ ...volume, location: name });
  }
  for (const network of store.networks.all()) {
    store.networks.put({ ...network, members: { [name]: { status: "Created", config: {} } } });
  }
  for (const pool of store.pools.all()) {
    const { shared, own } = splitConfig(pool.config, memberPoolKeys);
    store.pools.put({ ...pool, config: shared, members: { [name]: { status: "Created", config: own } } });
  }
  for (const warning of store.warnings.all()) store.warnings.put({ ...warning, location: name });
}

/** Adds a member, which then has all networks and pools too. */
function joinCluster(state: FakeState, member: MemberRecord): void {
  const { store } = state;
  const { name } = member;
  store.members.put(member);
  for (const group of store.clusterGroups.all().filter((one) => one.name === "default")) {
    store.clusterGroups.put({ ...group, members: [...group.members, name] });
  }
  const joined = <T extends SharedRecord>(record: T, config: Config): T => {
    const part: MemberPart = { status: "Created", config };
    return { ...record, members: { ...record.members, [name]: part } };
  };
  for (const network of store.networks.all()) store.networks.put(joined(network, {}));
  for (const pool of store.pools.all()) store.pools.put(joined(pool, { source: poolFolder(state, pool.name, name) }));
}

/** Makes a new server a cluster with these members; nothing when there are none. */
export function addMembers(state: FakeState, [first, ...others]: readonly string[]): void {
  if (first === undefined) return;
  formCluster(state, newMember(first, anyPort));
  for (const name of others) joinCluster(state, newMember(name, anyPort));
}

/** A free port of the loopback address. */
const anyPort = "127.0.0.1:0";

/** Notes the address of the fake's own HTTPS side, which is also that of the first member. */
export function keepAddress(state: FakeState, address: string): void {
  const first = firstMember(state);
  const clustered = first === undefined ? {} : { "cluster.https_address": address };
  state.store.config = sortedMap({ ...state.store.config, ...clustered, "core.https_address": address });
  if (first !== undefined) replaceMember(state, first, { ...first, address });
}
