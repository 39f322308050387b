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
      await restore(request, { instance, snapshot, isStateful });
    },
  });
  return { kind: "operation", operation };
}

interface Restoration {
  readonly instance: InstanceRecord;
  readonly snapshot: InstanceSnapshotRecord;
  readonly isStateful: boolean;
}

/**
 * A running instance is stopped without a word and started again. An ephemeral one is made lasting meanwhile, of which
 * listeners hear, and gets back all that it was before: measured on both families.
 */
async function restore({ state, caller }: ApiRequest, restoration: Restoration): Promise<void> {
  const { instance, snapshot } = restoration;
  const told = state.flavour === "lxd" ? undefined : caller;
  const running = state.running.get(instance);
  const { architecture, description, ephemeral, config, devices, profiles } = instance;
  const isStopped = running !== undefined && ephemeral;
  running?.switchOff();
  if (isStopped) tellInstance(state, instance, "instance-stopped", { caller: told });
  try {
    bringBack(state, restoration);
    if (running !== undefined) await start(state, instance, told);
    const context = { snapshot: `${instance.name}/${snapshot.name}` };
    tellInstance(state, instance, "instance-restored", { caller: told, context });
  } finally {
    if (isStopped) Object.assign(instance, { architecture, description, ephemeral, config, devices, profiles });
  }
}

/** No snapshot has a state here, which the servers notice when all but that has come back. */
function bringBack(state: FakeState, { instance, snapshot, isStateful }: Restoration): void {
  takeOver(state, instance, snapshot);
  if (!isStateful) return;
  const verb = state.flavour === "lxd" ? "by" : "but";
  throw new OperationFailure(`Stateful snapshot restore requested ${verb} snapshot is stateless`);
}

function takeOver(state: FakeState, instance: InstanceRecord, snapshot: InstanceSnapshotRecord): void {
  const { architecture, description, ephemeral, config, devices, profiles, contents } = snapshot;
  // What came back is another state of the same machine.
  const generation = state.flavour === "incus" ? { "volatile.uuid.generation": randomUuid(state.random) } : {};
  Object.assign(instance, { architecture, description, ephemeral, devices, profiles, contents });
  instance.config = sortedMap({ ...config, ...generation });
}
