import { flagField, type JsonObject, objectField, textField, textMapField } from "../core/json-body.ts";
import type { VolumeRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import {
  awaitEnds,
  checkCertificate,
  dialEnds,
  type MigrationEnds,
  type OtherSide,
} from "../instances/migration/ends.ts";
import { receivePayload, sendPayload } from "../instances/migration/payload.ts";
import { projectOf } from "../projects/project-scope.ts";
import { customVolume } from "./find-volume.ts";
import { tellOfVolume } from "./volume-events.ts";
import { volumeResource } from "./volume-url.ts";
import { readTarget } from "../instances/migration/read-target.ts";

/** What goes from one fake to another, as JSON. */
type VolumePayload = Pick<VolumeRecord, "contentType" | "content" | "snapshots">;

/** `POST` with `migration`: lets another server have the volume. */
export function sendVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply {
  const { state } = request;
  const { contentType, content } = volume;
  const snapshots = flagField(body, "volume_only") ? [] : volume.snapshots;
  const payload: VolumePayload = { contentType, snapshots, ...(content === undefined ? {} : { content }) };
  const base = {
    description: "Migrating storage volume",
    project: projectOf(request),
    resources: resourcesOf(request, volume),
  };
  const target = readTarget(request, body);
  if (target !== undefined) {
    const work = async (): Promise<void> => {
      await Promise.resolve();
      if (Object.keys(target.secrets).length === 0) throw new OperationFailure("Empty websocket connection");
      await sendPayload(await dialEnds(state, target), payload);
    };
    return { kind: "operation", operation: state.operations.start({ ...base, work }) };
  }
  const { secrets: metadata, connect, wait } = awaitEnds(state, "source");
  const work = async (): Promise<void> => sendPayload(await wait(), payload);
  return { kind: "operation", operation: state.operations.start({ ...base, metadata, connect, work }) };
}

/** `POST` with a volume of another server as the source: an operation that takes it from there, or waits for it. */
export function receiveVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply {
  const { state } = request;
  const source = objectField(body, "source");
  const mode = textField(source, "mode");
  if (mode !== "pull" && mode !== "push") throw new Refusal(501, `Mode '${mode}' not implemented`);
  const base = { project: projectOf(request), resources: resourcesOf(request, volume) };
  const receive = async (connect: () => Promise<MigrationEnds>): Promise<void> => {
    try {
      await receivePayload(await connect(), (payload) => fill(request, volume, payload as VolumePayload));
    } catch (error) {
      if (error instanceof Error) throw new OperationFailure(`Error transferring storage volume: ${error.message}`);
      throw error;
    }
  };
  if (mode === "push") {
    const { secrets: metadata, connect, wait } = awaitEnds(state, "sink");
    const description = "Creating storage volume";
    const work = (): Promise<void> => receive(wait);
    return { kind: "operation", operation: state.operations.start({ ...base, description, metadata, connect, work }) };
  }
  const side = readSource(request, source);
  const work = (): Promise<void> => receive(() => dial(request, side));
  return {
    kind: "operation",
    operation: state.operations.start({ ...base, description: "Copying storage volume", work }),
  };
}

function readSource({ state }: ApiRequest, source: JsonObject): OtherSide {
  const certificate = textField(source, "certificate");
  const secrets = textMapField(source, "secrets") ?? {};
  if (secrets["control"] === undefined) {
    const about = 'Expected "control" connection secret missing from migration sink target request';
    throw new Refusal(500, state.flavour === "lxd" ? "Missing control secret" : about);
  }
  try {
    checkCertificate(state, certificate, "sink");
  } catch {
    // Both families say it in the same few words here.
    throw new Refusal(500, "Invalid certificate");
  }
  return { operation: textField(source, "operation"), certificate, secrets };
}

async function dial({ state }: ApiRequest, side: OtherSide): Promise<MigrationEnds> {
  try {
    return await dialEnds(state, side);
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    // Unlike for instances, Incus quotes the name of the connection.
    throw new OperationFailure(error.message.replace("migration control connection", 'migration "control" connection'));
  }
}

function fill(request: ApiRequest, volume: VolumeRecord, payload: VolumePayload): void {
  const { store } = request.state;
  const older = customVolume(request.state, volume.project, volume.pool, volume.name);
  store.volumes.put({ ...(older ?? volume), ...payload });
  tellOfVolume(request, volume, "created");
}

function resourcesOf(request: ApiRequest, volume: VolumeRecord): Readonly<Record<string, readonly string[]>> {
  const { pool, name } = volume;
  const isLxd = request.state.flavour === "lxd";
  const url = isLxd ? `/1.0/storage_volumes/${pool}/volumes/custom/${name}` : volumeResource(request, volume);
  return { storage_volumes: [url] };
}
