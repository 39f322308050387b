import { flagField, type JsonObject, objectField, textField } from "../core/json-body.ts";
import type { VolumeRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { customVolume } from "./find-volume.ts";
import { volumeSource } from "./volume-url.ts";
import { volumeUsers } from "./volume-users.ts";

function tellOfVolume(request: ApiRequest, volume: VolumeRecord, verb: string, snapshot?: string): void {
  const source = volumeSource(request.state, volume, snapshot);
  const kind = snapshot === undefined ? "storage-volume" : "storage-volume-snapshot";
  const context = verb === "created" ? { type: volume.type } : undefined;
  tellRequest(request, { action: `${kind}-${verb}`, source, project: volume.project, context });
}

/** `POST` with a source: an operation that fills the new volume from another one. */
export function copyVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply {
  const { state } = request;
  const source = objectField(body, "source");
  if (textField(source, "type") !== "copy")
    throw new Refusal(400, `Unknown source type "${textField(source, "type")}"`);
  const project = textField(source, "project") || volume.project;
  const pool = textField(source, "pool") || volume.pool;
  const from = state.on(textField(source, "location") || state.location);
  const operation = state.operations.start({
    description: "Copying storage volume",
    project: volume.project,
    work: async () => {
      await Promise.resolve();
      const original = customVolume(from, project, pool, textField(source, "name"));
      if (original === undefined) throw new OperationFailure("Storage volume not found");
      const snapshots = flagField(source, "volume_only") ? [] : original.snapshots;
      const { config, description, contentType } = original;
      state.store.volumes.put({ ...volume, config, description, contentType, snapshots });
      tellOfVolume(request, volume, "created");
    },
  });
  return { kind: "operation", operation };
}

/** `POST` of a volume with another pool: an operation that moves it there. */
export function moveVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply | undefined {
  const { state } = request;
  const pool = textField(body, "pool");
  if (pool === "" || pool === volume.pool) return undefined;
  if (state.store.pools.get(serverScope, pool) === undefined) throw new Refusal(404, "Storage pool not found");
  if (volumeUsers(state, volume).length > 0) throw new Refusal(500, "Volume is still in use by running instances");
  const moved = { ...volume, pool, name: textField(body, "name") || volume.name };
  const operation = state.operations.start({
    description: "Moving storage volume",
    project: volume.project,
    work: async () => {
      await Promise.resolve();
      state.store.volumes.put(moved);
      tellOfVolume(request, moved, "created");
      state.store.volumes.delete(volume);
      for (const { name } of volume.snapshots) tellOfVolume(request, volume, "deleted", name);
      tellOfVolume(request, volume, "deleted");
    },
  });
  return { kind: "operation", operation };
}
