import { join } from "node:path";
import { checkMayKeep } from "../projects/project-checks.ts";
import { etagOf } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { parseBody, textField } from "../core/json-body.ts";
import type { VolumeRecord, VolumeSnapshotRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkIfMatch, recursionOf, type Route, sync } from "../core/router.ts";
import { timeField } from "../core/time-field.ts";
import { unsetTime, wireTime } from "../core/wire-time.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { expiryTime } from "../instances/snapshots/snapshot-expiry.ts";
import { nextSnapshotName } from "../instances/snapshots/snapshot-name.ts";
import { projectOf } from "../projects/project-scope.ts";
import { checkVolumeType, findVolume } from "./find-volume.ts";
import { keepInstanceVolumeSnapshot } from "./instance-volumes.ts";
import { poolFolder } from "./pool-folder.ts";
import { volumeResource, volumeSource, volumeUrl } from "./volume-url.ts";
import { requireVolume } from "./volumes.ts";

const path = "/1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots";

/** Snapshots of custom volumes. */
export const volumeSnapshotRoutes: readonly Route[] = [
  { pattern: path, methods: { GET: list, POST: create } },
  { pattern: `${path}/{snapshot}`, methods: { GET: get, PUT: update, PATCH: update, POST: rename, DELETE: remove } },
];

interface Found {
  readonly volume: VolumeRecord;
  readonly snapshot: VolumeSnapshotRecord;
}

function requireSnapshot(request: ApiRequest): Found {
  const volume = requireVolume(request);
  const snapshot = volume.snapshots.find(({ name }) => name === request.params["snapshot"]);
  if (snapshot === undefined) throw new Refusal(404, "Storage pool volume not found");
  return { volume, snapshot };
}

function view(
  state: FakeState,
  volume: VolumeRecord,
  { name, description, config, createdAt, expiresAt }: VolumeSnapshotRecord,
): object {
  return {
    description,
    expires_at: expiresAt ?? unsetTime,
    name,
    config,
    content_type: volume.contentType,
    created_at: state.flavour === "lxd" ? unsetTime : createdAt,
  };
}

/** A list shows less of a snapshot than the snapshot itself does: measured on both families. */
function list(request: ApiRequest): ApiReply {
  const { state, params, query } = request;
  const { type = "", volume: volumeName = "" } = params;
  const volume = findVolume(request, type, volumeName);
  if (volume === undefined) {
    if (state.flavour === "lxd") return sync([]);
    throw new Refusal(404, "Storage pool volume not found");
  }
  if (recursionOf(query) === 0) return sync(volume.snapshots.map(({ name }) => listedUrl(volume, name)));
  return sync(
    volume.snapshots.map((snapshot) => ({
      ...view(state, volume, snapshot),
      ...{ name: `${volume.name}/${snapshot.name}`, expires_at: snapshot.expiresAt, content_type: "" },
    })),
  );
}

/** Here alone nothing is escaped and the project is left out: measured on both families. */
function listedUrl({ pool, type, name }: VolumeRecord, snapshot: string): string {
  return `/1.0/storage-pools/${pool}/volumes/${type}/${name}/snapshots/${snapshot}`;
}

function get(request: ApiRequest): ApiReply {
  const { volume, snapshot } = requireSnapshot(request);
  return sync(view(request.state, volume, snapshot), snapshotEtag(snapshot));
}

function snapshotEtag({ description, expiresAt }: VolumeSnapshotRecord): string {
  return etagOf([description, expiresAt ?? unsetTime]);
}

/** Replaces the snapshots of a volume that may have changed since it was found. */
function keep(state: FakeState, volume: VolumeRecord, snapshots: readonly VolumeSnapshotRecord[]): void {
  state.store.volumes.put({ ...volume, snapshots });
  for (const { expiresAt } of snapshots) state.expiry.watch(expiresAt);
}

/** The snapshot among the resources of an operation. */
function resourcesOf(request: ApiRequest, volume: VolumeRecord, name: string): Record<string, readonly string[]> {
  const isLxd = request.state.flavour === "lxd";
  return {
    storage_volume_snapshots: [
      isLxd ? `/1.0/storage_volume_snapshots/${volume.name}` : volumeResource(request, volume, name),
    ],
  };
}

function create(request: ApiRequest): ApiReply {
  const { state } = request;
  checkCustom(request);
  const volume = requireVolume(request);
  checkMayKeep(state, volume.project, "snapshot");
  const body = parseBody(request);
  const expiry = volume.config["snapshots.expiry"] ?? "";
  const asked = timeField(state.flavour, body, "expires_at");
  const name = textField(body, "name") || nextName(state, volume);
  checkName(name);
  if (volume.snapshots.some((snapshot) => snapshot.name === name)) {
    throw new Refusal(409, `Snapshot "${name}" already in use`);
  }
  const resources =
    state.flavour === "lxd"
      ? { storage_volumes: [`/1.0/storage_volumes/${volume.name}`] }
      : { ...resourcesOf(request, volume, name), storage_volumes: [volumeResource(request, volume)] };
  const expiresAt = asked ?? (expiry === "" ? null : expiryTime(expiry, state.clock.now()));
  return start(request, "Creating storage volume snapshot", resources, () => {
    const { description, config } = volume;
    const createdAt = wireTime(state.clock.now());
    keep(state, volume, [...volume.snapshots, { name, description, config, createdAt, expiresAt }]);
    announce(request, "created", volumeSource(state, volume, name), volume, { type: volume.type });
  });
}

/** A new name may hold spaces, the first one may not. */
function checkName(name: string, { isNew }: { readonly isNew: boolean } = { isNew: true }): void {
  if (name === "") throw new Refusal(400, "No name provided");
  if (name.includes("/")) {
    throw new Refusal(400, isNew ? 'Storage name cannot contain "/"' : "Storage volume names may not contain slashes");
  }
  if (isNew && /\s/.test(name)) throw new Refusal(400, "Storage name cannot contain white space");
}

/** The snapshots of instances are made and removed with the instances. */
function checkCustom({ params }: ApiRequest): void {
  const { type = "" } = params;
  checkVolumeType(type);
  if (type !== "custom") throw new Refusal(400, `Invalid storage volume type "${type}"`);
}

/** LXD 5.0.2 counts up from `snap0` whatever the configuration says; Incus goes by `snapshots.pattern`. */
function nextName(state: FakeState, { snapshots, config }: VolumeRecord): string {
  const pattern = state.flavour === "lxd" ? "" : (config["snapshots.pattern"] ?? "");
  const taken = snapshots.map(({ name }) => name);
  return nextSnapshotName(pattern, taken, state.clock.now());
}

function update(request: ApiRequest): ApiReply {
  const { state, method } = request;
  const { volume, snapshot } = requireSnapshot(request);
  checkIfMatch(request, snapshotEtag(snapshot));
  const body = parseBody(request);
  const kept = method === "PATCH" ? snapshot : { description: "", expiresAt: null };
  const changed = {
    ...snapshot,
    description: "description" in body ? textField(body, "description") : kept.description,
    expiresAt: "expires_at" in body ? (timeField(state.flavour, body, "expires_at") ?? null) : kept.expiresAt,
  };
  if (volume.type === "custom") {
    keep(
      state,
      volume,
      volume.snapshots.map((one) => (one === snapshot ? changed : one)),
    );
  } else {
    keepInstanceVolumeSnapshot(state, volume, changed);
  }
  // Here alone the name is not that on disk.
  announce(request, "updated", volumeUrl(state, volume, snapshot.name), volume);
  return sync({});
}

function rename(request: ApiRequest): ApiReply {
  const { state } = request;
  checkCustom(request);
  const volume = requireVolume(request);
  const name = textField(parseBody(request), "name");
  checkName(name, { isNew: false });
  const old = request.params["snapshot"] ?? "";
  return start(request, "Renaming storage volume snapshot", resourcesOf(request, volume, old), () => {
    const { snapshots } = volume;
    if (!snapshots.some((snapshot) => snapshot.name === old)) {
      const about = `Storage volume "${volume.name}/${old}" in project "${volume.project}" of type "custom"`;
      const text = `${about} does not exist on pool "${volume.pool}": Storage volume not found`;
      throw new OperationFailure(text, 404);
    }
    if (snapshots.some((snapshot) => snapshot.name === name)) {
      const folder = join(poolFolder(state, volume.pool), "custom-snapshots", `${volume.project}_${volume.name}`);
      const [from, to] = [join(folder, old), join(folder, name)];
      throw new OperationFailure(`Failed to rename "${from}" to "${to}": rename ${from} ${to}: file exists`);
    }
    const renamed = snapshots.map((one) => (one.name === old ? { ...one, name } : one));
    keep(state, volume, renamed);
    announce(request, "renamed", volumeSource(state, volume, old), volume, { old_name: old });
  });
}

function remove(request: ApiRequest): ApiReply {
  const { state } = request;
  checkCustom(request);
  const { volume, snapshot } = requireSnapshot(request);
  const resources = resourcesOf(request, volume, snapshot.name);
  return start(request, "Deleting storage volume snapshot", resources, () => {
    keep(
      state,
      volume,
      volume.snapshots.filter((one) => one !== snapshot),
    );
    announce(request, "deleted", volumeSource(state, volume, snapshot.name), volume);
  });
}

function start(
  request: ApiRequest,
  description: string,
  resources: Readonly<Record<string, readonly string[]>>,
  work: () => void,
): ApiReply {
  const operation = request.state.operations.start({
    description,
    project: projectOf(request),
    resources,
    work: () => Promise.resolve().then(work),
  });
  return { kind: "operation", operation };
}

function announce(
  request: ApiRequest,
  verb: string,
  source: string,
  { project }: VolumeRecord,
  context?: Readonly<Record<string, unknown>>,
): void {
  tellRequest(request, { action: `storage-volume-snapshot-${verb}`, source, project, context });
}
