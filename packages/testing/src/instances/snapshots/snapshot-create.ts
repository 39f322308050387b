import { tellStandstill } from "../tell-standstill.ts";
import { checkMayKeep } from "../../projects/project-checks.ts";
import { hasProject, projectOf } from "../../projects/project-scope.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { flagField, parseBody, textField } from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import { timeField } from "../../core/time-field.ts";
import { noSpaceForSnapshot, requireSpace } from "../../faults/disk-space.ts";
import { expandedConfig } from "../instance-expansion.ts";
import { requireInstance } from "../instance-route.ts";
import { instanceResources } from "../instance-url.ts";
import { expiryTime } from "./snapshot-expiry.ts";
import { nextSnapshotName } from "./snapshot-name.ts";
import { findSnapshot, snapshotOf, snapshotResources, snapshotsOf, tellSnapshot } from "./snapshot-store.ts";

/** `POST /1.0/instances/{name}/snapshots`. */
export function createSnapshot(request: ApiRequest): ApiReply {
  const { state, caller } = request;
  if (!hasProject(state, projectOf(request))) throw new Refusal(404, "Project not found");
  const instance = requireInstance(request);
  const { project } = instance;
  checkMayKeep(state, project, "snapshot");
  const body = parseBody(request);
  const config = expandedConfig(state, instance);
  const wanted = textField(body, "name");
  const isStateful = flagField(body, "stateful");
  const expiresAt = timeField(state.flavour, body, "expires_at");
  const taken = snapshotsOf(state, instance).map(({ name }) => name);
  const name = wanted || nextSnapshotName(config["snapshots.pattern"] ?? "", taken, state.clock.now());
  checkSnapshotName(name);
  const key = { project, instance: instance.name, name };
  const operation = state.operations.start({
    description: "Snapshotting instance",
    project,
    resources: state.flavour === "lxd" ? instanceResources(state, instance) : snapshotResources(state, key),
    work: async () => {
      await Promise.resolve();
      if (isStateful) checkStateful(state, instance);
      checkNewName(state, instance, name);
      requireSpace(state, () => noSpaceForSnapshot(state, instance, name));
      const snapshot = {
        ...snapshotOf(state, instance, name),
        expiresAt: expiresAt ?? expiryTime(config["snapshots.expiry"] ?? "", state.clock.now()),
      };
      state.store.instanceSnapshots.put(snapshot);
      state.expiry.watch(snapshot.expiresAt);
      tellSnapshot(state, key, "created", caller);
      tellStandstill(state, instance, caller);
    },
  });
  return { kind: "operation", operation };
}

/** Refuses what cannot be part of a path. */
export function checkSnapshotName(name: string): void {
  if (name.includes("/")) throw new Refusal(400, 'Invalid snapshot name: Cannot contain "/"');
}

/** Refuses what the database does not take as the name of a snapshot. */
export function checkSnapshotText(name: string): void {
  if (/\s/.test(name))
    throw new OperationFailure("Invalid instance snapshot name: Cannot contain space or / characters");
}

function checkNewName(state: FakeState, instance: InstanceRecord, name: string): void {
  const about = `Failed creating instance snapshot record "${name}"`;
  try {
    checkSnapshotText(name);
  } catch (error) {
    throw new OperationFailure(`${about}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (findSnapshot(state, instance, name) === undefined) return;
  const reason =
    state.flavour === "lxd"
      ? 'This "instances_snapshots" entry already exists'
      : 'Failed to create "instances_snapshots" entry: ' +
        "UNIQUE constraint failed: instances_snapshots.instance_id, instances_snapshots.name";
  throw new OperationFailure(`${about}: Add snapshot info to the database: ${reason}`);
}

/** No machine without CRIU can keep the memory of a container. */
function checkStateful(state: FakeState, instance: InstanceRecord): void {
  if (state.flavour === "incus" && expandedConfig(state, instance)["migration.stateful"] !== "true") {
    throw new OperationFailure("Stateful snapshots require that the instance has migration.stateful be set to true");
  }
  const reason = instance.power === undefined ? "The instance isn't running" : "CRIU isn't installed";
  throw new OperationFailure(`Unable to create a stateful snapshot. ${reason}`);
}
