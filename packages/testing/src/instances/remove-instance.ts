import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import type { Caller } from "../core/router.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import { removeBackups } from "./backups/backup-store.ts";
import { freeLeases } from "./instance-power.ts";
import { removeSnapshots } from "./snapshots/snapshot-store.ts";

/** Removes an instance with its snapshots and backups, and tells of each, unless somebody else has removed it already. */
export function removeInstance(state: FakeState, instance: InstanceRecord, caller: Caller | undefined): void {
  if (state.store.instances.get(instance.project, instance.name) === undefined) return;
  removeSnapshots(state, instance, caller);
  removeBackups(state, instance);
  state.store.instances.delete(instance);
  freeLeases(state, instance);
  tellInstance(state, instance, "instance-deleted", { caller });
}
