import type { FakeState } from "../core/fake-state.ts";
import type { MemberRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { projectOf } from "../projects/project-scope.ts";
import { allMembers, isClustered, isOnline } from "./members.ts";

/** The server as the member that is to have a new instance, by the request's `target`. */
export function placeInstance(request: ApiRequest): FakeState {
  const { state, query } = request;
  const target = query.get("target") ?? "";
  if (!isClustered(state)) {
    if (target !== "") throw new Refusal(400, "Target only allowed when clustered");
    return state;
  }
  if (target !== "" && !target.startsWith("@")) return state.on(namedMember(request, target).name);
  const member = leastUsed(state, target.slice(1));
  if (member !== undefined) return state.on(member.name);
  throw state.flavour === "lxd"
    ? new Refusal(400, "No suitable cluster member could be found")
    : new Refusal(500, "Couldn't find a cluster member for the instance");
}

function namedMember(request: ApiRequest, target: string): MemberRecord {
  const { store, flavour } = request.state;
  const member = store.members.get(serverScope, target);
  if (member === undefined) {
    throw new Refusal(404, flavour === "lxd" ? "Cluster member not found" : `Cluster member "${target}" not found`);
  }
  if (!isOnline(member)) {
    const project = encodeURIComponent(projectOf(request));
    const url = `https://${member.address}/1.0/instances?project=${project}&target=${encodeURIComponent(target)}`;
    throw new Refusal(500, `Post "${url}": dial tcp ${member.address}: connect: connection refused`);
  }
  if (member.isEvacuated) throw new Refusal(403, "Cluster member is evacuated");
  return member;
}

/** The member with the fewest instances, old and new ones, of one group or of all; `except` is left out. */
export function leastUsed(state: FakeState, group = "", except?: string): MemberRecord | undefined {
  const { store } = state;
  const found = group === "" ? undefined : store.clusterGroups.get(serverScope, group);
  if (group !== "" && found === undefined) throw new Refusal(400, `Cluster group "${group}" doesn't exist`);
  const counts = new Map<string, number>();
  // Operations that make one count too, and those that did a moment ago: measured on both families.
  const making = state.operations.list().map((operation) => operation.view());
  const made = making.filter(({ description }) => description === "Creating instance");
  for (const { location } of [...store.instances.all(), ...made]) {
    counts.set(location, (counts.get(location) ?? 0) + 1);
  }
  const countOf = ({ name }: MemberRecord): number => counts.get(name) ?? 0;
  return allMembers(state)
    .filter(({ name }) => name !== except && (found === undefined || found.members.includes(name)))
    .filter((member) => isOnline(member) && !member.isEvacuated)
    .filter(({ config }) => takesInstances(config["scheduler.instance"], found !== undefined))
    .reduce<MemberRecord | undefined>(
      (best, member) => (best === undefined || countOf(member) < countOf(best) ? member : best),
      undefined,
    );
}

function takesInstances(scheduler: string | undefined, isOfGroup: boolean): boolean {
  return scheduler === "group" ? isOfGroup : scheduler !== "manual";
}
