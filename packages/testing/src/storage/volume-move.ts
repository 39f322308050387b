import { type JsonObject, textField } from "../core/json-body.ts";
import type { VolumeRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { hasProject, projectFor } from "../projects/project-scope.ts";
import { checkFree } from "./find-volume.ts";
import { tellOfVolume } from "./volume-events.ts";
import { moveInDevices, volumeInstances } from "./volume-users.ts";

/** `POST` of a volume with another pool or project: an operation that moves it there. */
export function moveVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply | undefined {
  const { state } = request;
  const name = textField(body, "name");
  const [pool, wanted] = [textField(body, "pool"), textField(body, "project")];
  // LXD 5.0.2 finds out in the operation only, and not in plain words.
  if (wanted !== "" && !hasProject(state, wanted) && state.flavour === "incus") {
    throw new Refusal(404, `Failed to load project "${wanted}": Project not found`);
  }
  const isKnown = wanted !== "" && hasProject(state, wanted);
  const project = isKnown ? projectFor(state, wanted, "features.storage.volumes") : wanted || volume.project;
  if (project === volume.project && (pool === "" || pool === volume.pool)) return undefined;
  if (state.store.pools.get(serverScope, pool) === undefined) throw new Refusal(404, "Storage pool not found");
  checkFree(state, project, pool, name);
  if (volumeInstances(state, volume).some(({ power }) => power !== undefined)) {
    throw new Refusal(500, "Volume is still in use by running instances");
  }
  const { backups: _, ...kept } = volume;
  const moved = { ...kept, project, pool, name };
  const operation = state.operations.start({
    description: "Moving storage volume",
    project: volume.project,
    work: async () => {
      await Promise.resolve();
      moveInDevices(state, volume, moved);
      state.store.volumes.put(moved);
      tellOfVolume(request, moved, "created");
      state.store.volumes.delete(volume);
      for (const snapshot of volume.snapshots) tellOfVolume(request, volume, "deleted", snapshot.name);
      tellOfVolume(request, volume, "deleted");
    },
  });
  return { kind: "operation", operation };
}
