import { apiUrl } from "../core/api-url.ts";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, MemberRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { ApiReply, ApiRequest, Caller } from "../core/router.ts";
import { tell, tellInstance } from "../events/lifecycle-event.ts";
import { halt, start } from "../instances/instance-actions.ts";
import { expandedConfig } from "../instances/instance-expansion.ts";
import { operationUrl } from "../instances/instance-url.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { sendToMember } from "./send-to-member.ts";
import { replaceMember, requireMember } from "./members.ts";
import { leastUsed } from "./placement.ts";

/** `evacuate`: moves what the member has to others, or stops it where the instance wants that. */
export function evacuateMember({ state, caller }: ApiRequest, { name }: MemberRecord): ApiReply {
  const operation = state.operations.start({
    description: "Evacuating cluster member",
    project: "",
    work: async (run) => {
      await Promise.resolve();
      const member = requireMember(state, name);
      if (member.isEvacuated) throw new OperationFailure("Cluster member is already evacuated");
      setEvacuated(state, name, true);
      for (const instance of instancesOn(state, name)) await clear(state, instance, run, caller);
      tellMember(state, name, "evacuated", caller);
    },
  });
  return { kind: "operation", operation };
}

/** The instances of a member, the oldest first. */
export function instancesOn(state: FakeState, member: string): readonly InstanceRecord[] {
  return state.store.instances.all().filter(({ location }) => location === member);
}

/** Notes whether a member is evacuated. */
export function setEvacuated(state: FakeState, name: string, isEvacuated: boolean): void {
  const member = requireMember(state, name);
  replaceMember(state, member, { ...member, isEvacuated });
}

/** Incus tells what became of a member. */
export function tellMember(state: FakeState, name: string, verb: string, caller: Caller): void {
  if (state.flavour === "lxd") return;
  const source = apiUrl(state.flavour, ["cluster", "members", name]);
  tell(state, { action: `cluster-member-${verb}`, source, caller });
}

async function clear(state: FakeState, instance: InstanceRecord, run: OperationRun, caller: Caller): Promise<void> {
  const { name, project } = instance;
  const wasOn = instance.power !== undefined;
  const mode = expandedConfig(state, instance)["cluster.evacuate"] ?? "auto";
  const isMoved = !mode.includes("stop");
  const progress = (verb: string): void => {
    run.update({ evacuation_progress: `${verb} "${name}" in project "${project}"` });
  };
  if (wasOn) {
    progress("Stopping");
    await halt(state, instance, { force: mode === "force-stop", timeout: -1 });
    // What was on is to be started again when the member is back.
    instance.config = sortedMap({ ...instance.config, "volatile.last_state.power": "RUNNING" });
    tellInstance(state, instance, "instance-shutdown", {});
  }
  const target = isMoved ? leastUsed(state, "", state.location)?.name : undefined;
  if (target === undefined) return;
  run.update({ evacuation_progress: `Migrating "${name}" in project "${project}" to "${target}"` });
  instance.config = sortedMap({ ...instance.config, "volatile.evacuate.origin": instance.location });
  await sendToMember(state, instance, target, caller);
  if (!wasOn) return;
  progress("Starting");
  const there = state.on(target);
  const starting = there.operations.start({
    description: "Starting instance",
    project,
    resources: { instances: [operationUrl(there, instance)] },
    work: () => start(there, instance, peerCaller(state)),
  });
  await starting.ended;
}

/** Who asks a member for something in the name of another one. */
export function peerCaller({ store, name }: FakeState): Caller {
  const certificate = store.certificates.all().find((one) => one.type === "server" && one.name === name);
  const username = certificate?.fingerprint ?? "";
  return { protocol: "cluster", username, address: "127.0.0.1", isTrusted: true, certificate: undefined };
}
