import type { VolumeRecord } from "../core/records.ts";
import type { ApiRequest } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { volumeSource } from "./volume-url.ts";

/** Tells what the caller did with a volume, or with one of its snapshots. */
export function tellOfVolume(request: ApiRequest, volume: VolumeRecord, verb: string, snapshot?: string): void {
  const source = volumeSource(request.state, volume, snapshot);
  const kind = snapshot === undefined ? "storage-volume" : "storage-volume-snapshot";
  const context = verb === "created" ? { type: volume.type } : undefined;
  tellRequest(request, { action: `${kind}-${verb}`, source, project: volume.project, context });
}
