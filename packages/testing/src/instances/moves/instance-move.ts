import { createHash } from "node:crypto";
import { cleanConfig } from "../../core/config-rules.ts";
import type { FakeState } from "../../core/fake-state.ts";
import {
  devicesField,
  flagField,
  type JsonObject,
  textField,
  textListField,
  textMapField,
} from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest, Caller } from "../../core/router.ts";
import { neverUsed, wireTime } from "../../core/wire-time.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import type { OperationRun } from "../../operations/operation-store.ts";
import { hasProject } from "../../projects/project-scope.ts";
import { addInstance, addSnapshots } from "../add-instance.ts";
import { cloneSnapshots, withRootPool } from "../copies/clone.ts";
import { fill } from "../copies/instance-copy.ts";
import { sortedDevices } from "../instance-expansion.ts";
import { rootPool } from "../instance-rules.ts";
import { operationUrl } from "../instance-url.ts";
import { freshIdmap } from "../new-instance.ts";
import { removeInstance } from "../remove-instance.ts";
import { snapshotsOf } from "../snapshots/snapshot-store.ts";
import { renameInstance, tellRenamed } from "./instance-rename.ts";

/** Where an instance shall go on this server, and what it shall be there. */
interface Move {
  readonly name: string;
  readonly project: string;
  /** Empty for the pool that it is in. */
  readonly pool: string;
  readonly isAlone: boolean;
  readonly change: Partial<Pick<InstanceRecord, "config" | "devices" | "profiles">>;
}

/** `POST /1.0/instances/{name}` with `migration` and a pool or a project of this server. */
export function moveInstance(request: ApiRequest, instance: InstanceRecord, body: JsonObject): ApiReply {
  const { state } = request;
  const isLxd = state.flavour === "lxd";
  const isLive = flagField(body, "live");
  if (!isLxd && instance.power !== undefined && !isLive) {
    throw new Refusal(400, "Instance must be stopped to be moved statelessly");
  }
  const move = readMove(state, instance, body);
  const operation = state.operations.start({
    description: "Migrating instance",
    project: instance.project,
    resources: { instances: [operationUrl(state, instance)] },
    work: async (run) => {
      await Promise.resolve();
      if (instance.power !== undefined) {
        throw new OperationFailure("Unable to perform container live migration. CRIU isn't installed");
      }
      if (isLxd) await moveOnLxd(state, instance, move, run);
      else await moveOnIncus(request, instance, move, run);
    },
  });
  return { kind: "operation", operation };
}

/** Only Incus heeds what else the body says. */
function readMove(state: FakeState, instance: InstanceRecord, body: JsonObject): Move {
  const isLxd = state.flavour === "lxd";
  const pool = textField(body, "pool");
  const place = {
    name: textField(body, "name") || instance.name,
    // LXD heeds no project where there is a pool.
    project: (isLxd && pool !== "" ? "" : textField(body, "project")) || instance.project,
    pool,
    isAlone: flagField(body, "instance_only") || flagField(body, "container_only"),
  };
  if (isLxd) return { ...place, change: {} };
  const config = textMapField(body, "config");
  const devices = devicesField(body, "devices");
  const profiles = textListField(body, "profiles");
  return {
    ...place,
    change: {
      ...(config === undefined ? {} : { config: cleanConfig({ ...instance.config, ...config }) }),
      ...(devices === undefined ? {} : { devices: sortedDevices({ ...instance.devices, ...devices }) }),
      ...(profiles === undefined ? {} : { profiles }),
    },
  };
}

/** LXD makes the new instance, under a name of its own where it could not have the old one, and removes the old one. */
async function moveOnLxd(state: FakeState, instance: InstanceRecord, move: Move, run: OperationRun): Promise<void> {
  const isSameName = move.name === instance.name && move.project === instance.project && move.pool !== "";
  const uuid = instance.config["volatile.uuid"] ?? "";
  // It names the pool on the instance even where that comes from a profile.
  const pool = move.pool || rootPool(state, instance);
  const name = isSameName ? `lxd-move-of-${uuid}` : move.name;
  const made = await makeThere(state, instance, { ...move, name, pool }, undefined, run);
  removeInstance(state, instance, undefined);
  if (!isSameName) return;
  const renamed = renameInstance(state, made, move.name);
  tellInstance(state, renamed, "instance-renamed", { context: { old_name: name } });
}

/** Incus gives the new name first, and then asks itself for a copy in an operation of its own. */
async function moveOnIncus(
  { state, caller }: ApiRequest,
  instance: InstanceRecord,
  move: Move,
  run: OperationRun,
): Promise<void> {
  if (move.pool !== "" && move.pool === rootPool(state, instance)) {
    throw new OperationFailure("Requested storage pool is the same as current pool");
  }
  const isRenamed = move.name !== instance.name;
  const source = isRenamed ? renameInstance(state, instance, move.name) : instance;
  if (isRenamed) tellRenamed(state, source, instance.name, caller);
  if (!hasProject(state, move.project)) {
    throw new OperationFailure(
      "Failed requesting instance create on destination: Failed loading project: Project not found",
      404,
    );
  }
  const isSameName = move.project === instance.project && move.pool !== "";
  const name = isSameName ? `move-of-${temporaryNumber(instance)}` : move.name;
  const made = await createInOperation(state, source, { ...move, name }, caller, run);
  const remover = isRenamed ? undefined : caller;
  removeInstance(state, source, remover);
  if (!isSameName) return;
  const old = { instances: [operationUrl(state, made)] };
  const project = made.project;
  const operation = state.operations.start({
    description: "Renaming instance",
    project,
    resources: old,
    work: async () => {
      await Promise.resolve();
      const renamed = renameInstance(state, made, move.name);
      tellRenamed(state, renamed, name, caller);
    },
  });
  await operation.ended;
}

async function createInOperation(
  state: FakeState,
  source: InstanceRecord,
  move: Move,
  caller: Caller,
  run: OperationRun,
): Promise<InstanceRecord> {
  const { project, name } = move;
  let made: InstanceRecord | undefined;
  const operation = state.operations.start({
    description: "Creating instance",
    project,
    resources: {
      instances: [operationUrl(state, { project, name }), operationUrl(state, { project, name: source.name })],
    },
    work: async (inner) => {
      await Promise.resolve();
      made = await makeThere(state, source, move, caller, inner);
    },
  });
  await operation.ended;
  const { err, metadata } = operation.view();
  run.update({ ...(metadata as Readonly<Record<string, unknown>> | null) });
  if (err !== "" || made === undefined) throw new OperationFailure(`Instance move to destination failed: ${err}`, 500);
  return made;
}

/** Puts a copy that keeps all volatile keys where the instance shall be. */
async function makeThere(
  state: FakeState,
  instance: InstanceRecord,
  move: Move,
  caller: Caller | undefined,
  run: OperationRun,
): Promise<InstanceRecord> {
  const moved = { ...instance, ...move.change, name: move.name, project: move.project };
  const uuid = moved.config["volatile.uuid"];
  const made: InstanceRecord = {
    ...moved,
    devices: move.pool === "" ? moved.devices : withRootPool(moved, move.pool),
    config:
      uuid === undefined || state.flavour === "lxd"
        ? moved.config
        : cleanConfig({ ...freshIdmap, ...moved.config, "volatile.uuid.generation": uuid }),
    createdAt: wireTime(state.clock.now()),
    lastUsedAt: neverUsed,
  };
  addInstance(state, made, caller);
  if (!move.isAlone) addSnapshots(state, cloneSnapshots(state, snapshotsOf(state, instance), made), caller);
  await fill(state, instance, made, run);
  return made;
}

/** A number that is always the same for an instance. */
function temporaryNumber({ config }: InstanceRecord): string {
  const hash = createHash("sha256")
    .update(config["volatile.uuid"] ?? "")
    .digest();
  return String(hash.readBigUInt64BE() >> 1n);
}
