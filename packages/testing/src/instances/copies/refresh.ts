import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import type { Caller } from "../../core/router.ts";
import { addSnapshots } from "../add-instance.ts";
import { replaceSnapshots, snapshotsOf, tellSnapshot } from "../snapshots/snapshot-store.ts";

/** Gives `target` those snapshots alone: what it has too much goes, what it lacks comes, what is the same stays. */
export function refreshSnapshots(
  state: FakeState,
  target: InstanceRecord,
  wanted: readonly InstanceSnapshotRecord[],
  caller: Caller | undefined,
): void {
  const had = snapshotsOf(state, target);
  for (const gone of had.filter((one) => !wanted.some((other) => isSame(one, other)))) {
    state.store.instanceSnapshots.delete(gone);
    tellSnapshot(state, gone, "deleted", undefined);
  }
  addSnapshots(
    state,
    wanted.filter((one) => !had.some((other) => isSame(one, other))),
    caller,
  );
  replaceSnapshots(state, target, [...snapshotsOf(state, target)].sort(byAge));
}

function isSame(a: InstanceSnapshotRecord, b: InstanceSnapshotRecord): boolean {
  return a.name === b.name && a.createdAt === b.createdAt;
}

function byAge(a: InstanceSnapshotRecord, b: InstanceSnapshotRecord): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt);
}
