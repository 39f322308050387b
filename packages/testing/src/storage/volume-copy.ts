import { flagField, type JsonObject, objectField, textField, textMapField } from "../core/json-body.ts";
import type { VolumeRecord, VolumeSnapshotRecord } from "../core/records.ts";
import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { projectFor, projectOf } from "../projects/project-scope.ts";
import { customVolume } from "./find-volume.ts";
import { tellOfVolume } from "./volume-events.ts";
import { receiveVolume } from "./volume-migration.ts";

/** Says whether the body wants a volume that is made of something. */
export function isCopyOf(body: JsonObject): boolean {
  return textField(objectField(body, "source"), "type") !== "";
}

/** Says whether the body wants an older copy brought up to date. */
export function isRefresh(body: JsonObject): boolean {
  return flagField(objectField(body, "source"), "refresh");
}

/** `POST` with a source: an operation that fills the new volume from another one. */
export function copyVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply {
  const { state } = request;
  const source = objectField(body, "source");
  if (textField(source, "type") === "migration") return receiveVolume(request, volume, body);
  if (textField(source, "type") !== "copy") {
    throw new Refusal(400, `Unknown source type "${textField(source, "type")}"`);
  }
  // One that is alone is asked by the name of the server, which it does not look at.
  const from = state.location === "none" ? state : state.on(textField(source, "location") || state.location);
  const operation = state.operations.start({
    description: "Copying storage volume",
    project: projectOf(request),
    work: async () => {
      await Promise.resolve();
      const original = findOriginal(from, volume, source);
      const older = customVolume(state, volume.project, volume.pool, volume.name);
      const fresh = older === undefined ? copyOf(volume, original, body) : { ...older, snapshots: original.snapshots };
      state.store.volumes.put(flagField(source, "volume_only") ? { ...fresh, snapshots: [] } : fresh);
      tellOfVolume(request, volume, "created");
    },
  });
  return { kind: "operation", operation };
}

/** What the source names: a volume, or a snapshot of one as `VOLUME/SNAPSHOT`. */
function findOriginal(from: FakeState, { project }: VolumeRecord, source: JsonObject): VolumeRecord {
  const pool = textField(source, "pool");
  if (from.store.pools.get(serverScope, pool) === undefined) {
    throw new OperationFailure("Storage pool not found", 404);
  }
  const owner = projectFor(from, textField(source, "project") || project, "features.storage.volumes");
  const path = textField(source, "name");
  const [name = "", snapshotName] = path.split("/");
  const found = customVolume(from, owner, pool, name);
  if (found !== undefined && snapshotName === undefined) return found;
  const snapshot = found?.snapshots.find((one) => one.name === snapshotName);
  if (found !== undefined && snapshot !== undefined) return asVolume(found, snapshot);
  const about = `Storage volume "${path}" in project "${owner}" of type "custom"`;
  const text = `${about} does not exist on pool "${pool}": Storage volume not found`;
  throw new OperationFailure(`Failed generating volume copy config: ${text}`, 404);
}

function asVolume(volume: VolumeRecord, { config, description }: VolumeSnapshotRecord): VolumeRecord {
  return { ...volume, config, description, snapshots: [] };
}

/** What the body says of the copy wins over what the original says. */
function copyOf(volume: VolumeRecord, original: VolumeRecord, body: JsonObject): VolumeRecord {
  const config = textMapField(body, "config");
  const { contentType, snapshots, content } = original;
  return {
    ...volume,
    config: config === undefined ? original.config : cleanConfig(config),
    description: textField(body, "description") || original.description,
    contentType,
    snapshots,
    ...(content === undefined ? {} : { content }),
  };
}
