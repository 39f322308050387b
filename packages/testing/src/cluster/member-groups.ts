import type { FakeState } from "../core/fake-state.ts";
import type { ClusterGroupRecord } from "../core/records.ts";
import { serverScope } from "../core/store.ts";

/** The groups, by age. */
export function allGroups({ store }: FakeState): readonly ClusterGroupRecord[] {
  return store.clusterGroups.in(serverScope);
}

/** Names of the groups that a member is in. */
export function groupsOf(state: FakeState, member: string): readonly string[] {
  return allGroups(state).flatMap(({ name, members }) => (members.includes(member) ? name : []));
}

/** Puts a member into these groups and into no others. */
export function setGroupsOf(state: FakeState, member: string, wanted: readonly string[]): void {
  for (const group of allGroups(state)) {
    const others = group.members.filter((name) => name !== member);
    const members = wanted.includes(group.name) ? [...others, member].sort() : others;
    state.store.clusterGroups.put({ ...group, members });
  }
}
