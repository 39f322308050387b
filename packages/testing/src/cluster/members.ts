import type { FakeState } from "../core/fake-state.ts";
import type { MemberRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { serverScope } from "../core/store.ts";

/** Whether the server is a member of a cluster. */
export function isClustered({ store }: Pick<FakeState, "store">): boolean {
  return firstMember({ store }) !== undefined;
}

/** The member that the fake itself is; undefined while it is alone. */
export function firstMember({ store }: Pick<FakeState, "store">): MemberRecord | undefined {
  return store.members.in(serverScope)[0];
}

/** The members, the first one first. */
export function allMembers({ store }: Pick<FakeState, "store">): readonly MemberRecord[] {
  return store.members.in(serverScope);
}

/** The member with that name; 404 when there is none. */
export function requireMember({ store }: FakeState, name: string): MemberRecord {
  const member = store.members.get(serverScope, name);
  if (member === undefined) throw new Refusal(404, "Cluster member not found");
  return member;
}

/** Whether a member answers. */
export function isOnline({ lastHeartbeat }: MemberRecord): boolean {
  return lastHeartbeat === undefined;
}

/** Refuses what another member had to do that does not answer. */
export function checkOnline({ flavour }: FakeState, member: MemberRecord): void {
  if (isOnline(member)) return;
  const isLxd = flavour === "lxd";
  throw new Refusal(500, isLxd ? "Missing event connection with target cluster member" : "Server isn't ready yet");
}

/** Refuses to start anything on a member that is evacuated. */
export function checkNotEvacuated({ store, location }: FakeState): void {
  if (store.members.get(serverScope, location)?.isEvacuated !== true) return;
  throw new Refusal(403, "Cluster member is evacuated");
}

/** Refuses what all members have to do together while one of them does not answer. */
export function checkAllOnline(state: FakeState): void {
  const down = allMembers(state).find((member) => !isOnline(member));
  if (down !== undefined) throw new Refusal(500, `peer node ${down.address} is down`);
}

/** Puts a changed member, which may have another name, in the place of the old one. */
export function replaceMember({ store }: FakeState, old: MemberRecord, changed: MemberRecord): void {
  const members = store.members.in(serverScope);
  for (const member of members) store.members.delete(member);
  for (const member of members) store.members.put(member === old ? changed : member);
}
