import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, MemberRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { start, stateOperation } from "../instances/instance-actions.ts";
import { instanceResources } from "../instances/instance-url.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { instancesOn, peerCaller, setEvacuated, tellMember } from "./evacuation.ts";
import { sendToMember } from "./send-to-member.ts";
import { requireMember } from "./members.ts";

const origin = "volatile.evacuate.origin";

/** `restore`: starts what was stopped for the evacuation, and fetches what was moved. */
export function restoreMember({ state, caller }: ApiRequest, { name }: MemberRecord): ApiReply {
  const operation = state.operations.start({
    description: "Restoring cluster member",
    project: "",
    work: async (run) => {
      await Promise.resolve();
      if (!requireMember(state, name).isEvacuated) throw new OperationFailure("Cluster member is already restored");
      setEvacuated(state, name, false);
      for (const instance of instancesOn(state, name)) {
        const wasOn = instance.config["volatile.last_state.power"] === "RUNNING";
        if (instance.power === undefined && wasOn) await startAgain(state, instance, run);
      }
      const moved = state.store.instances.all().filter(({ config }) => config[origin] === name);
      for (const instance of moved) await bringBack(state, instance, run);
      tellMember(state, name, "restored", caller);
    },
  });
  return { kind: "operation", operation };
}

async function startAgain(state: FakeState, instance: InstanceRecord, run: OperationRun): Promise<void> {
  run.update({ evacuation_progress: `Starting "${instance.name}" in project "${instance.project}"` });
  await start(state, instance, undefined);
}

async function bringBack(state: FakeState, instance: InstanceRecord, run: OperationRun): Promise<void> {
  const { name, project, location } = instance;
  const there = state.on(location);
  const caller = peerCaller(state);
  const wasOn = instance.power !== undefined;
  if (wasOn) {
    run.update({ evacuation_progress: `Stopping "${name}" in project "${project}"` });
    await there.operations.start(stateOperation(there, instance, "stop", { force: false, timeout: -1 }, caller)).ended;
  }
  run.update({ evacuation_progress: `Migrating "${name}" in project "${project}" from "${location}"` });
  const { [origin]: _, ...config } = instance.config;
  const migrating = there.operations.start({
    description: "Migrating instance",
    project,
    resources: instanceResources(there, instance),
    work: () => sendToMember(there, instance, state.location, caller),
  });
  await migrating.ended;
  instance.config = sortedMap(config);
  if (wasOn) await startAgain(state, instance, run);
}
