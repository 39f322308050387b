import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { flagField, type JsonObject, objectField, textField } from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { OperationFailure } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import type { OperationRun } from "../../operations/operation-store.ts";
import { noSpaceForInstance, requireSpace } from "../../faults/disk-space.ts";
import { addInstance, addSnapshots, showUnpacking, undoing } from "../add-instance.ts";
import { start } from "../instance-actions.ts";
import type { InstanceRequest } from "../instance-request.ts";
import { rootPool } from "../instance-rules.ts";
import { operationUrl } from "../instance-url.ts";
import { snapshotsOf } from "../snapshots/snapshot-store.ts";
import { cloneInstance, cloneSnapshots, type CloneSource } from "./clone.ts";
import { requireSource } from "./copy-source.ts";
import { refreshSnapshots } from "./refresh.ts";
import { tellStandstill } from "../tell-standstill.ts";

/** `POST /1.0/instances` with another instance, or a snapshot of one, as the source. */
export function copyInstance(request: ApiRequest, wanted: InstanceRequest, body: JsonObject): ApiReply {
  const { state } = request;
  const { project } = wanted;
  const options = objectField(body, "source");
  const name = textField(options, "source");
  const source = requireSource(state, project, options);
  const isRefresh = flagField(options, "refresh");
  const operation = state.operations.start({
    description: "Creating instance",
    project,
    resources: resourcesOf(state, wanted, name),
    work: async (run) => {
      await Promise.resolve();
      const old = isRefresh ? state.store.instances.get(project, wanted.name) : undefined;
      const isAlone = hasNoSnapshots(state, options);
      if (old === undefined) await copy(state, source, wanted, { isAlone }, run);
      else refresh(state, source, old, wanted, { isAlone });
    },
  });
  return { kind: "operation", operation };
}

/** Only LXD still knows the old name of the option. */
function hasNoSnapshots(state: FakeState, options: JsonObject): boolean {
  return flagField(options, "instance_only") || (state.flavour === "lxd" && flagField(options, "container_only"));
}

/** The new instance and its source, which the servers take to be in the same project. */
function resourcesOf(
  state: FakeState,
  { project, name }: InstanceRequest,
  source: string,
): Readonly<Record<string, readonly string[]>> {
  const isLxd = state.flavour === "lxd";
  const instances = [
    operationUrl(state, { project, name }),
    isLxd ? `/1.0/instances/${source}` : operationUrl(state, { project, name: source }),
  ];
  return isLxd
    ? { containers: instances.map((url) => url.replace("/instances/", "/containers/")), instances }
    : { instances };
}

interface CopyOptions {
  /** Leaves the snapshots out. */
  readonly isAlone: boolean;
}

async function copy(
  state: FakeState,
  source: CloneSource,
  wanted: InstanceRequest,
  { isAlone }: CopyOptions,
  run: OperationRun,
): Promise<void> {
  const { caller } = wanted;
  const made = cloneInstance(state, source, wanted);
  addInstance(state, made, caller);
  if (!isAlone && source.snapshot === undefined) {
    // They get the profiles of the copy, whatever their own were.
    const snapshots = snapshotsOf(state, source.instance).map((one) => ({ ...one, profiles: made.profiles }));
    addSnapshots(state, cloneSnapshots(state, snapshots, made), caller);
  }
  if (source.snapshot === undefined) tellStandstill(state, source.instance, undefined);
  await undoing(state, made, async () => {
    await fill(state, source.instance, made, run);
    requireSpace(
      state,
      () => `Create instance from copy: Create instance volume from copy failed: ${noSpaceForInstance}`,
    );
  });
  made.config = sortedMap({ ...made.config, "volatile.apply_template": "copy" });
  made.busy = undefined;
  if (wanted.start && state.flavour === "incus") await start(state, made, caller);
}

/** In another pool the servers begin with the image, when there was one. */
export async function fill(
  state: FakeState,
  source: InstanceRecord,
  made: InstanceRecord,
  run: OperationRun,
): Promise<void> {
  const isFromImage = source.config["volatile.base_image"] !== undefined;
  if (isFromImage && rootPool(state, source) !== rootPool(state, made)) await showUnpacking(state, 1_037_225, run);
}

/** Brings an older copy up to date; its configuration stays as it is. */
function refresh(
  state: FakeState,
  source: CloneSource,
  target: InstanceRecord,
  { caller }: InstanceRequest,
  { isAlone }: CopyOptions,
): void {
  if (target.power !== undefined) {
    const noun = state.flavour === "lxd" ? "instance" : "target instance";
    throw new OperationFailure(`Failed getting exclusive access to ${noun}: Instance is running`);
  }
  // Templates that wait already are still applied as they were to be.
  target.config = sortedMap({ "volatile.apply_template": "copy", ...target.config });
  if (isAlone || source.snapshot !== undefined) return;
  refreshSnapshots(state, target, cloneSnapshots(state, snapshotsOf(state, source.instance), target), caller);
}
