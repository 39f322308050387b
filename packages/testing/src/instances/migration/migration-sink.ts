import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { flagField, type JsonObject, objectField, textField, textMapField } from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../../core/router.ts";
import { addInstance } from "../add-instance.ts";
import { cloneSnapshots, withRootPool } from "../copies/clone.ts";
import { refreshSnapshots } from "../copies/refresh.ts";
import { checkInstanceType, type InstanceRequest } from "../instance-request.ts";
import { checkArchitecture, rootPool } from "../instance-rules.ts";
import { instanceResources } from "../instance-url.ts";
import { newInstance } from "../new-instance.ts";
import { replaceSnapshots } from "../snapshots/snapshot-store.ts";
import { awaitEnds, checkCertificate, dialEnds, type MigrationEnds } from "./ends.ts";
import { type MigrationPayload, receivePayload } from "./payload.ts";

/** `POST /1.0/instances` with an instance of another server as the source. */
export function receiveInstance(request: ApiRequest, wanted: InstanceRequest, body: JsonObject): ApiReply {
  const { state } = request;
  const source = objectField(body, "source");
  const mode = textField(source, "mode");
  if (mode !== "pull" && mode !== "push") throw new Refusal(501, `Mode "${mode}" not implemented`);
  if (wanted.architecture === "") throw new Refusal(400, "Architecture isn't supported: ");
  checkArchitecture(wanted.architecture, 400);
  checkInstanceType(wanted);
  const certificate = textField(source, "certificate");
  if (mode === "pull") checkCertificate(state, certificate, "sink");
  const old = flagField(source, "refresh") ? state.store.instances.get(wanted.project, wanted.name) : undefined;
  const instance = old ?? makeInstance(state, wanted);
  const base = {
    description: "Creating instance",
    project: wanted.project,
    resources: instanceResources(state, wanted),
  };
  const receive = async (connect: () => Promise<MigrationEnds>): Promise<void> => {
    try {
      if (instance.power !== undefined) throw new OperationFailure("Instance is running");
      await receivePayload(await connect(), (payload) =>
        fill(request, instance, payload as MigrationPayload, { isNew: old === undefined }),
      );
    } catch (error) {
      // What was made for it goes without a word.
      if (old === undefined) forget(state, instance);
      if (error instanceof Error) throw new OperationFailure(`Error transferring instance data: ${error.message}`);
      throw error;
    }
  };
  if (mode === "push") {
    const ends = awaitEnds(state, "sink");
    const operation = state.operations.start({
      ...base,
      metadata: ends.secrets,
      connect: ends.connect,
      work: () => receive(() => ends.wait()),
    });
    return { kind: "operation", operation };
  }
  const side = {
    operation: textField(source, "operation"),
    certificate,
    secrets: textMapField(source, "secrets") ?? {},
  };
  const operation = state.operations.start({ ...base, work: () => receive(() => dialEnds(state, side)) });
  return { kind: "operation", operation };
}

/** The instance is there from the moment of the answer, and nobody is told who asked for it. */
function makeInstance(state: FakeState, wanted: InstanceRequest): InstanceRecord {
  // Incus does not ask whether it runs the architecture before it has the instance.
  const isAsked = state.flavour === "lxd";
  const instance = newInstance(state, isAsked ? wanted : { ...wanted, architecture: "" }, undefined);
  try {
    addInstance(state, instance, undefined);
    instance.architecture = wanted.architecture;
  } catch (error) {
    if (error instanceof OperationFailure) throw new Refusal(500, error.message);
    throw error;
  }
  return instance;
}

function forget(state: FakeState, instance: InstanceRecord): void {
  replaceSnapshots(state, instance, []);
  state.store.instances.delete(instance);
}

function fill(
  { state, caller }: ApiRequest,
  instance: InstanceRecord,
  payload: MigrationPayload,
  { isNew }: { readonly isNew: boolean },
): void {
  const { bootable, contents, volume, snapshots } = payload;
  const isIncus = state.flavour === "incus";
  const filled: InstanceRecord = {
    ...instance,
    bootable,
    busy: undefined,
    ...(contents === undefined ? {} : { contents }),
    ...(volume === undefined ? {} : { volume }),
    // Incus names the pool on the instance even where that comes from a profile.
    devices: isIncus && isNew ? withRootPool(instance, rootPool(state, instance)) : instance.devices,
    config: isNew ? sortedMap({ ...instance.config, "volatile.apply_template": "copy" }) : instance.config,
  };
  state.store.instances.put(filled);
  refreshSnapshots(state, filled, cloneSnapshots(state, snapshots, filled), isIncus ? caller : undefined);
}
