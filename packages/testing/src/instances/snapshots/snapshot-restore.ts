import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { flagField, type JsonObject, textField } from "../../core/json-body.ts";
import { randomUuid } from "../../core/random.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import { OperationFailure } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import { start } from "../instance-actions.ts";
import { instanceResources } from "../instance-url.ts";
import { findSnapshot } from "./snapshot-store.ts";

/** `PUT /1.0/instances/{name}` with `restore`; undefined without. Everything else in the body is ignored. */
export function restoreSnapshot(request: ApiRequest, instance: InstanceRecord, body: JsonObject): ApiReply | undefined {
  const { state } = request;
  const wanted = textField(body, "restore");
  if (wanted === "") return undefined;
  const isStateful = flagField(body, "stateful");
  const full = wanted.includes("/") ? wanted : `${instance.name}/${wanted}`;
  const operation = state.operations.start({
    description: "Restoring snapshot",
    project: instance.project,
    resources: instanceResources(state, instance),
    work: async () => {
      await Promise.resolve();
      const [owner, name = ""] = full.split("/");
      const snapshot = owner === instance.name ? findSnapshot(state, instance, name) : undefined;
      if (snapshot === undefined) throw new OperationFailure(`Snapshot ${full} does not exist`);
      if (isStateful) {
        const verb = state.flavour === "lxd" ? "by" : "but";
        throw new OperationFailure(`Stateful snapshot restore requested ${verb} snapshot is stateless`);
      }
      await restore(request, instance, snapshot);
    },
  });
  return { kind: "operation", operation };
}

/** A running instance is stopped without a word and started again. */
async function restore(
  { state, caller }: ApiRequest,
  instance: InstanceRecord,
  snapshot: InstanceSnapshotRecord,
): Promise<void> {
  const isLxd = state.flavour === "lxd";
  const running = state.running.get(instance);
  if (running !== undefined) running.switchOff();
  takeOver(state, instance, snapshot);
  const tellRestored = (): void =>
    tellInstance(state, instance, "instance-restored", {
      caller: isLxd ? undefined : caller,
      context: { snapshot: `${instance.name}/${snapshot.name}` },
    });
  if (running === undefined) return tellRestored();
  if (!isLxd) tellRestored();
  await start(state, instance, isLxd ? undefined : caller);
  if (isLxd) tellRestored();
}

function takeOver(state: FakeState, instance: InstanceRecord, snapshot: InstanceSnapshotRecord): void {
  const { architecture, description, ephemeral, config, devices, profiles, contents } = snapshot;
  // What came back is another state of the same machine.
  const generation = state.flavour === "incus" ? { "volatile.uuid.generation": randomUuid(state.random) } : {};
  Object.assign(instance, { architecture, description, ephemeral, devices, profiles, contents });
  instance.config = sortedMap({ ...config, ...generation });
}
