import type { FakeState } from "../core/fake-state.ts";
import type { MemberRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { type SharedRecord, withoutMember } from "./member-config.ts";
import { removeMemberCertificate } from "./member-certificates.ts";
import { allGroups } from "./member-groups.ts";
import { replaceMember } from "./members.ts";

/** Gives a member another name, also in all that names it. */
export function renameMember(state: FakeState, member: MemberRecord, name: string): void {
  const { store } = state;
  const renamed = (one: string): string => (one === member.name ? name : one);
  replaceMember(state, member, { ...member, name });
  for (const group of allGroups(state)) store.clusterGroups.put({ ...group, members: group.members.map(renamed) });
  for (const instance of store.instances.all()) instance.location = renamed(instance.location);
  for (const volume of store.volumes.all()) {
    store.volumes.delete(volume);
    store.volumes.put({ ...volume, location: renamed(volume.location) });
  }
  for (const forward of store.forwards.all()) {
    if (forward.location !== undefined) store.forwards.put({ ...forward, location: renamed(forward.location) });
  }
  const moved = <T extends SharedRecord>(record: T): T => {
    const members = Object.entries(record.members ?? {}).map(([key, part]) => [renamed(key), part]);
    return { ...record, members: Object.fromEntries(members) as T["members"] };
  };
  for (const network of store.networks.all()) store.networks.put(moved(network));
  for (const pool of store.pools.all()) store.pools.put(moved(pool));
  for (const warning of store.warnings.all()) {
    store.warnings.put({ ...warning, location: renamed(warning.location) });
  }
}

/** Removes a member; one that has something still must be forced, and takes that along. */
export async function removeMember(
  state: FakeState,
  member: MemberRecord,
  { isForced }: { readonly isForced: boolean },
): Promise<void> {
  const { store, flavour } = state;
  const { name } = member;
  const instances = store.instances.all().filter(({ location }) => location === name);
  const volumes = store.volumes.all().filter(({ location }) => location === name);
  if (!isForced) {
    const kind = flavour === "lxd" ? "containers" : "instances";
    checkNothing(kind, instances);
    checkNothing("custom volumes", volumes);
  }
  for (const instance of instances) {
    state.running.get(instance)?.switchOff();
    store.instances.delete(instance);
  }
  for (const volume of volumes) store.volumes.delete(volume);
  for (const forward of store.forwards.all()) if (forward.location === name) store.forwards.delete(forward);
  for (const group of allGroups(state)) {
    store.clusterGroups.put({ ...group, members: group.members.filter((one) => one !== name) });
  }
  for (const network of store.networks.all()) store.networks.put(withoutMember(network, name));
  for (const pool of store.pools.all()) store.pools.put(withoutMember(pool, name));
  for (const warning of store.warnings.all()) if (warning.location === name) store.warnings.delete(warning);
  store.members.delete(member);
  removeMemberCertificate(state, name);
  await state.updateMembers();
}

function checkNothing(kind: string, found: readonly { readonly name: string }[]): void {
  if (found.length === 0) return;
  throw new Refusal(500, `Node still has the following ${kind}: ${found.map(({ name }) => name).join(", ")}`);
}
