import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { randomUuid } from "../../core/random.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ApiRequest, Caller } from "../../core/router.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import type { OperationRequest } from "../../operations/operation-store.ts";
import { renameBackups } from "../backups/backup-store.ts";
import { checkName } from "../instance-rules.ts";
import { instanceResources } from "../instance-url.ts";
import { logFolder } from "../logs/log-files.ts";
import { replaceSnapshots, snapshotsOf } from "../snapshots/snapshot-store.ts";

/** The operation that gives an instance another name. */
export function renameOperation(request: ApiRequest, instance: InstanceRecord, name: string): OperationRequest {
  const { state, caller } = request;
  return {
    description: "Renaming instance",
    project: instance.project,
    resources: instanceResources(state, instance),
    work: async () => {
      await Promise.resolve();
      checkRename(state, instance, name);
      tellRenamed(state, renameInstance(state, instance, name), instance.name, caller);
    },
  };
}

function checkRename(state: FakeState, instance: InstanceRecord, name: string): void {
  try {
    checkName(name, state.flavour);
  } catch (error) {
    if (error instanceof Refusal) throw new OperationFailure(error.message);
    throw error;
  }
  if (instance.power === undefined) return;
  const noun = state.flavour === "lxd" ? "container" : "instance";
  throw new OperationFailure(`Renaming of running ${noun} not allowed`);
}

/** Puts an instance with all that belongs to it under another name. */
export function renameInstance(state: FakeState, instance: InstanceRecord, name: string): InstanceRecord {
  const snapshots = snapshotsOf(state, instance);
  replaceSnapshots(state, instance, []);
  const renamed = {
    ...instance,
    name,
    // Templates that wait already are still applied as they were to be; cloud-init takes it for another machine.
    config: sortedMap({
      "volatile.apply_template": "rename",
      ...instance.config,
      "volatile.cloud-init.instance-id": randomUuid(state.random),
    }),
  };
  state.store.instances.replace(instance, renamed);
  state.logFolders.delete(logFolder(state, instance));
  state.logFolders.add(logFolder(state, renamed));
  replaceSnapshots(
    state,
    renamed,
    snapshots.map((snapshot) => ({ ...snapshot, instance: name })),
  );
  renameBackups(state, instance, renamed);
  return renamed;
}

/** Tells of another name; LXD does not say who gave it. */
export function tellRenamed(state: FakeState, renamed: InstanceRecord, oldName: string, caller: Caller): void {
  tellInstance(state, renamed, "instance-renamed", {
    caller: state.flavour === "incus" ? caller : undefined,
    context: { old_name: oldName },
  });
}
