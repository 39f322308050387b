import type { FakeState } from "../core/fake-state.ts";
import type { MemberRecord } from "../core/records.ts";
import { groupsOf } from "./member-groups.ts";
import { allMembers, isOnline } from "./members.ts";

/** What a member does for the database of the cluster. */
export function databaseRoles(state: FakeState, member: MemberRecord): readonly string[] {
  const members = allMembers(state);
  const at = members.findIndex(({ name }) => name === member.name);
  const limit = (key: string, standard: number): number => Number(state.store.config[key] ?? standard);
  const maxVoters = limit("cluster.max_voters", 3);
  // Two members have one voter between them.
  const voters = Math.min(maxVoters, members.length < 3 ? 1 : members.length - ((members.length + 1) % 2));
  if (at === 0) return ["database-leader", "database"];
  if (at < voters) return ["database"];
  return members.length > 2 && at < voters + limit("cluster.max_standby", 2) ? ["database-standby"] : [];
}

/** What a client may change on a member, which is also what its ETag is made of. */
export function memberPut(state: FakeState, member: MemberRecord): Readonly<Record<string, unknown>> {
  const groups = groupsOf(state, member.name);
  return {
    roles: [...member.roles, ...databaseRoles(state, member)],
    failure_domain: member.failureDomain,
    description: member.description,
    config: member.config,
    groups: groups.length === 0 ? null : groups,
  };
}

/** `GET /1.0/cluster/members/{name}`. */
export function memberView(state: FakeState, member: MemberRecord): object {
  return {
    ...memberPut(state, member),
    server_name: member.name,
    url: `https://${member.address}`,
    database: databaseRoles(state, member).includes("database"),
    ...statusOf(state, member),
    architecture: state.architectures[0],
  };
}

function statusOf(state: FakeState, member: MemberRecord): { readonly status: string; readonly message: string } {
  if (!isOnline(member)) return { status: "Offline", message: silence(state, member.lastHeartbeat ?? "") };
  if (member.isEvacuated) return { status: "Evacuated", message: "Unavailable due to maintenance" };
  return { status: "Online", message: "Fully operational" };
}

function silence({ clock }: FakeState, since: string): string {
  const seconds = (clock.now() - Date.parse(since)) / 1000;
  return `No heartbeat for ${goSeconds(seconds)} (${since.replace("T", " ").replace("Z", "")} +0000 UTC)`;
}

/** A duration as Go prints it. */
function goSeconds(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${String(Number((seconds % 60).toFixed(9)))}s`;
  if (hours > 0) return `${String(hours)}h${String(minutes)}m${rest}`;
  return minutes > 0 ? `${String(minutes)}m${rest}` : rest;
}

/** `GET /1.0/cluster/members/{name}/state`, which Incus alone has. */
export function memberState({ store }: FakeState): object {
  const space = { used: 25_279_447_040, total: 270_553_174_016 };
  const inodes = { used: 476_483, total: 16_777_216 };
  return {
    sysinfo: {
      uptime: 13_217,
      load_averages: [0.5, 0.5, 0.5],
      total_ram: 25_769_803_776,
      free_ram: 21_733_810_176,
      shared_ram: 9_089_024,
      buffered_ram: 344_068_096,
      total_swap: 0,
      free_swap: 0,
      processes: 100,
    },
    storage_pools: Object.fromEntries(store.pools.all().map(({ name }) => [name, { space, inodes }])),
  };
}
