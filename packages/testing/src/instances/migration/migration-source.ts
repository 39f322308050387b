import { flagField, type JsonObject } from "../../core/json-body.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import type { OperationRequest } from "../../operations/operation-store.ts";
import { instanceResources } from "../instance-url.ts";
import { snapshotResources, snapshotsOf } from "../snapshots/snapshot-store.ts";
import { awaitEnds, dialEnds } from "./ends.ts";
import { type MigrationPayload, sendPayload } from "./payload.ts";
import { readTarget } from "./read-target.ts";

/** `POST /1.0/instances/{name}` with `migration`: lets another server have the instance. */
export function sendInstance(request: ApiRequest, instance: InstanceRecord, body: JsonObject): ApiReply {
  const { state } = request;
  if (instance.power !== undefined) checkLive(request, flagField(body, "live"));
  const isAlone = flagField(body, "instance_only") || flagField(body, "container_only");
  const payload = (): MigrationPayload => ({
    ...contentsOf(instance),
    snapshots: isAlone ? [] : snapshotsOf(state, instance),
  });
  return start(request, body, {
    description: "Migrating instance",
    project: instance.project,
    resources: instanceResources(state, instance),
    mayCancel: true,
    name: instance.name,
    payload,
  });
}

/** `POST /1.0/instances/{name}/snapshots/{snapshot}` with `migration`: lets another server have the snapshot. */
export function sendSnapshot(
  request: ApiRequest,
  instance: InstanceRecord,
  snapshot: InstanceSnapshotRecord,
  body: JsonObject,
): ApiReply {
  const { state } = request;
  const { bootable } = instance;
  return start(request, body, {
    description: "Transferring snapshot",
    project: instance.project,
    resources: state.flavour === "lxd" ? instanceResources(state, instance) : snapshotResources(state, snapshot),
    mayCancel: false,
    name: `${instance.name}/${snapshot.name}`,
    payload: () => ({ ...contentsOf({ ...snapshot, bootable }), snapshots: [] }),
  });
}

function contentsOf({
  bootable,
  contents,
  volume,
}: Pick<InstanceRecord, "bootable" | "contents" | "volume">): Omit<MigrationPayload, "snapshots"> {
  return {
    bootable,
    ...(contents === undefined ? {} : { contents }),
    ...(volume === undefined ? {} : { volume }),
  };
}

/** What Incus says of a container that is to go on running while it is moved. */
export const noLiveMigration: string =
  "Unable to perform live container migration. CRIU isn't installed on the source server. " +
  "To migrate the container, stop the container before migration or install CRIU on the source server";

/** LXD moves no running container at all without CRIU, Incus only none that shall go on running. */
function checkLive({ state }: ApiRequest, isLive: boolean): void {
  if (state.flavour === "lxd") {
    throw new Refusal(500, "Unable to perform container live migration. CRIU isn't installed on the source server");
  }
  if (!isLive) return;
  throw new Refusal(500, noLiveMigration);
}

interface Sending extends Pick<OperationRequest, "description" | "project" | "resources"> {
  readonly mayCancel: boolean;
  readonly name: string;
  payload(): MigrationPayload;
}

/** With a target it connects to that; without, it waits for the other side. */
function start(request: ApiRequest, body: JsonObject, sending: Sending): ApiReply {
  const { state, caller } = request;
  const { payload, name, mayCancel, ...base } = sending;
  const tellMigrated = (): void => {
    // LXD 5.0.2 does not tell.
    if (state.flavour === "lxd") return;
    tellInstance(state, { name, project: base.project ?? "default" }, "instance-migrated", { caller });
  };
  const target = readTarget(request, body);
  if (target !== undefined) {
    const operation = state.operations.start({
      ...base,
      work: async () => {
        await Promise.resolve();
        if (target.secrets["control"] === undefined) {
          throw new OperationFailure("Failed sending migration offer header: Empty websocket connection");
        }
        await sendPayload(await dialEnds(state, target), payload());
        tellMigrated();
      },
    });
    return { kind: "operation", operation };
  }
  const ends = awaitEnds(state, "source");
  const operation = state.operations.start({
    ...base,
    metadata: ends.secrets,
    mayCancel,
    connect: ends.connect,
    work: async () => {
      await sendPayload(await ends.wait(), payload());
      tellMigrated();
    },
  });
  return { kind: "operation", operation };
}
