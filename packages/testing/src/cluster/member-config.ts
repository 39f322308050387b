import type { FakeState } from "../core/fake-state.ts";
import type { Config, MemberPart } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { allMembers } from "./members.ts";

/** Keys of a pool that each member has for itself. */
export const memberPoolKeys: readonly string[] = ["size", "source", "source.wipe", "volatile.initial_source"];

/** Keys of a network that each member has for itself. */
export const memberNetworkKeys: readonly string[] = [
  "bgp.ipv4.nexthop",
  "bgp.ipv6.nexthop",
  "bridge.external_interfaces",
  "parent",
];

/** A pool or a network: something that the members of a cluster have together, and each in its own way. */
export interface SharedRecord {
  readonly name: string;
  readonly config: Config;
  readonly members?: Readonly<Record<string, MemberPart>>;
}

/** Takes a configuration apart into what holds everywhere and what holds on one member. */
export function splitConfig(
  config: Config,
  keys: readonly string[],
): { readonly shared: Config; readonly own: Config } {
  const entries = Object.entries(config);
  const pick = (isOwn: boolean): Config => Object.fromEntries(entries.filter(([key]) => keys.includes(key) === isOwn));
  return { shared: pick(false), own: pick(true) };
}

/** The member that the query names; empty without one, and while the server is alone. */
export function targetOf({ state, query }: ApiRequest): string {
  return allMembers(state).length === 0 ? "" : (query.get("target") ?? "");
}

/** The configuration that a request sees: that of the member that it names too. */
export function configFor(request: ApiRequest, record: SharedRecord): Config {
  const target = targetOf(request);
  return target === "" ? record.config : { ...record.config, ...record.members?.[target]?.config };
}

/** How far a record is on the member that answers, and which members know it. */
export function placeOf(
  { location }: FakeState,
  { members }: SharedRecord,
): { readonly status: string; readonly locations: readonly string[] } {
  if (members === undefined) return { status: "Created", locations: ["none"] };
  return { status: members[location]?.status ?? "Unknown", locations: Object.keys(members) };
}

/** Whether it is there on all members. */
export function isCreated({ members = {} }: SharedRecord): boolean {
  return Object.values(members).every(({ status }) => status === "Created");
}

/** The record with another status on the members that are named. */
export function withStatus<T extends SharedRecord>(
  record: T,
  status: MemberPart["status"],
  names: readonly string[] = Object.keys(record.members ?? {}),
): T {
  const members = Object.entries(record.members ?? {}).map(([name, part]) => [
    name,
    names.includes(name) ? { ...part, status } : part,
  ]);
  return { ...record, members: Object.fromEntries(members) as Record<string, MemberPart> };
}

/** The record without what it is on a member that is gone. */
export function withoutMember<T extends SharedRecord>(record: T, member: string): T {
  const members = Object.entries(record.members ?? {}).filter(([name]) => name !== member);
  return { ...record, members: Object.fromEntries(members) };
}

/** Refuses keys that only one member may have where those of all are set. */
export function checkShared(config: Config, keys: readonly string[], status: number): void {
  const key = Object.keys(config).find((one) => keys.includes(one));
  if (key !== undefined) throw new Refusal(status, `Config key ${JSON.stringify(key)} is cluster member specific`);
}

/** Refuses keys that hold on all members where one member is named; those that are as they are pass. */
export function checkMemberKeys(
  config: Config,
  shared: Config,
  keys: readonly string[],
  refuse: (key: string) => Refusal,
): void {
  const wrong = Object.entries(config).find(([key, value]) => !keys.includes(key) && shared[key] !== value);
  if (wrong !== undefined) throw refuse(wrong[0]);
}

/** The record with another configuration of its own on one member. */
export function withOwn<T extends SharedRecord>(record: T, member: string, config: Config): T {
  const part: MemberPart = { status: record.members?.[member]?.status ?? "Created", config };
  return { ...record, members: { ...record.members, [member]: part } };
}
