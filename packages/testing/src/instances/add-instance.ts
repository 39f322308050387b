import { pause } from "../core/clock.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { Caller } from "../core/router.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { hasProject } from "../projects/project-scope.ts";
import { checkNewDevices, checkNewInstance } from "./instance-check.ts";
import { rootPool } from "./instance-rules.ts";
import { logFolder } from "./logs/log-files.ts";
import { snapshotsOf, tellSnapshot } from "./snapshots/snapshot-store.ts";

/** Checks a new instance, puts it into the store and tells of it; LXD does not say who made it. */
export function addInstance(state: FakeState, instance: InstanceRecord, caller: Caller | undefined): void {
  const isIncus = state.flavour === "incus";
  try {
    if (!hasProject(state, instance.project)) throw new OperationFailure("Project not found");
    checkNewInstance(state, instance);
    checkFree(state, instance);
    checkNewDevices(state, instance);
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    throw new OperationFailure(`Failed creating instance record: ${error.message}`, error.code);
  }
  state.store.instances.put(instance);
  state.logFolders.add(logFolder(state, instance));
  tellInstance(state, instance, "instance-created", {
    caller: isIncus ? caller : undefined,
    context: {
      ...(isIncus ? { location: state.location } : {}),
      "storage-pool": rootPool(state, instance),
      type: instance.type,
    },
  });
}

/** Fills a new instance; when that fails it is gone again, which nobody is told. */
export async function undoing(state: FakeState, instance: InstanceRecord, fill: () => Promise<void>): Promise<void> {
  try {
    await fill();
  } catch (error) {
    for (const snapshot of snapshotsOf(state, instance)) state.store.instanceSnapshots.delete(snapshot);
    state.store.instances.delete(instance);
    throw error;
  }
}

/** Puts snapshots of a new or refreshed instance into the store and tells of each. */
export function addSnapshots(
  state: FakeState,
  snapshots: readonly InstanceSnapshotRecord[],
  caller: Caller | undefined,
): void {
  for (const snapshot of snapshots) {
    state.store.instanceSnapshots.put(snapshot);
    tellSnapshot(state, snapshot, "created", caller);
  }
}

function checkFree(state: FakeState, { project, name }: InstanceRecord): void {
  if (state.store.instances.get(project, name) === undefined) return;
  const text =
    state.flavour === "lxd"
      ? 'This "instances" entry already exists'
      : 'Failed to create "instances" entry: UNIQUE constraint failed: instances.project_id, instances.name';
  throw new OperationFailure(`Add instance info to the database: ${text}`);
}

const unpackSteps = 4;

/** Takes the time that an image takes to be unpacked, and shows how far it is. */
export async function showUnpacking(state: FakeState, sizeBytes: number, run: OperationRun): Promise<void> {
  const { createMs } = state.timings;
  const speed = Math.round(sizeBytes / Math.max(createMs / 1000, 0.001));
  const stage = "create_instance_from_image_unpack";
  for (let step = 1; step <= unpackSteps; step += 1) {
    await pause(state.clock, createMs / unpackSteps);
    const percent = (step * 100) / unpackSteps;
    run.update({
      [`${stage}_progress`]: `${state.facts.unpacking}: ${percent}% (${(speed / 1e6).toFixed(2)}MB/s)`,
      progress: { percent: String(percent), speed: String(speed), stage },
    });
  }
}
