import { allMembers } from "../cluster/members.ts";
import { type FakeSetup, setUp } from "./fake-setup.ts";

/** A group of members of the cluster from the start. */
export function withClusterGroup(options: {
  readonly name: string;
  /** Names of its members. */
  readonly members: readonly string[];
  readonly description?: string;
}): FakeSetup {
  const { name, members, description = "" } = options;
  return setUp((state) => {
    const known = allMembers(state).map((member) => member.name);
    const unknown = members.find((member) => !known.includes(member));
    if (unknown !== undefined) throw new Error(`withClusterGroup: the cluster has no member ${unknown}`);
    state.store.clusterGroups.put({ name, description, members });
  });
}
