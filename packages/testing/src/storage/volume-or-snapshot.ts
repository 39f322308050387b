import { etagOf } from "../core/etag.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Handler, type Route, sync } from "../core/router.ts";
import { findVolume } from "./find-volume.ts";
import { snapshotVolumeView } from "./volume-view.ts";

/**
 * Lets the path of a volume name a snapshot too, as `VOLUME%2FSNAPSHOT`: that can be read, and nothing else. Measured on
 * both families.
 */
export function withSnapshotNames(route: Route): Route {
  const refusals: Readonly<Record<string, (name: string) => Refusal>> = {
    PUT: () => new Refusal(500, "Volume name cannot be a snapshot"),
    PATCH: () => new Refusal(400, "Invalid volume name"),
    POST: () => new Refusal(400, "Invalid volume name"),
    DELETE: (name) => new Refusal(400, `Invalid storage volume "${name}"`),
  };
  const wrap = (method: string, handler: Handler): Handler => {
    return (request) => {
      const name = request.params["volume"] ?? "";
      if (!name.includes("/")) return handler(request);
      const refuse = refusals[method];
      if (refuse !== undefined) throw refuse(name);
      return readSnapshot(request, name);
    };
  };
  const methods = Object.entries(route.methods).flatMap(([method, handler]) =>
    handler === undefined ? [] : [[method, wrap(method, handler)] as const],
  );
  return { ...route, methods: Object.fromEntries(methods) };
}

function readSnapshot(request: ApiRequest, path: string): ApiReply {
  const [name = "", ...rest] = path.split("/");
  const volume = findVolume(request, request.params["type"] ?? "", name);
  const snapshot = volume?.snapshots.find((one) => one.name === rest.join("/"));
  if (volume === undefined || snapshot === undefined) throw new Refusal(404, "Storage pool volume not found");
  const etag = etagOf([path, volume.type, snapshot.config]);
  return sync(snapshotVolumeView(request.state, volume, snapshot), etag);
}
