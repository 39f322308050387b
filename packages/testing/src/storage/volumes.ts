import { checkVolume } from "../projects/project-checks.ts";
import { isCreated, targetOf } from "../cluster/member-config.ts";
import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { parseFilter } from "../core/filter.ts";
import { flagField, type JsonObject, parseBody, textField, textMapField } from "../core/json-body.ts";
import type { VolumeRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { compareTexts, requireRecord, resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";
import { scopeOf } from "../core/table.ts";
import { wireTime } from "../core/wire-time.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { featureScope, hasProject, projectFor, projectOf } from "../projects/project-scope.ts";
import { checkFree, checkVolumeType, findVolume, volumeScope } from "./find-volume.ts";
import { changeInstanceVolume, instanceVolume } from "./instance-volumes.ts";
import { requirePool } from "./pools.ts";
import { checkVolumeChange, checkVolumeConfig } from "./volume-config.ts";
import { copyVolume, isCopyOf, isRefresh } from "./volume-copy.ts";
import { importVolume } from "./volume-import.ts";
import { sendVolume } from "./volume-migration.ts";
import { moveVolume } from "./volume-move.ts";
import { withSnapshotNames } from "./volume-or-snapshot.ts";
import { volumeListUrl, volumeSource, volumeUrl } from "./volume-url.ts";
import { moveInDevices, volumeInstances, volumeUsers } from "./volume-users.ts";
import { snapshotVolumeView, volumeView } from "./volume-view.ts";

const spec: ResourceSpec<VolumeRecord> = {
  path: "/1.0/storage-pools/{pool}/volumes/{type}",
  item: "{volume}",
  event: "storage-volume",
  table: (state) => state.store.volumes,
  scope: (request) => {
    const { project, pool } = volumeScope(request);
    return scopeOf(project, pool);
  },
  find: (request, _, name) => findVolume(request, request.params["type"] ?? "", name),
  missing: (request) => {
    // A member that is asked itself has other words than the one that looks for it.
    return new Refusal(404, `Storage ${targetOf(request) === "" ? "pool " : ""}volume not found`);
  },
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: volumeUrl,
  source: volumeSource,
  view: ({ state }, volume) => volumeView(state, volume),
  etag: (_, { name, type, config }) => [name, type, config],
  create: {
    isPlain: true,
    // LXD alone reads what has its type in the body before it looks for the project; the pool comes after all that.
    early: (request) => {
      const { state, params } = request;
      if (state.flavour === "lxd" && params["type"] === undefined) {
        const body = parseBody(request);
        checkName(textField(body, "name"));
        checkType(state, textField(body, "type"));
      }
      featureScope(request, "features.storage.volumes");
      checkNew(request, parseBody(request));
    },
    instead: (request, _, body) => {
      return isCopyOf(body) ? copyVolume(request, newVolume(request, body), body) : undefined;
    },
    make: (request, _, body) => newVolume(request, body),
    context: ({ type }) => ({ type }),
  },
  update: {
    early: ({ method, params: { type = "" } }) => {
      checkVolumeType(type);
      if (method === "PATCH" && type !== "custom") throw new Refusal(400, `Invalid storage volume type "${type}"`);
    },
    instead: (request, volume, body) =>
      changeInstanceVolume(request, volume, body) ?? restoreVolume(request, volume, body),
    replace: replaceVolume,
  },
  rename: {
    early: (request) => {
      const { type = "" } = request.params;
      checkName(textField(parseBody(request), "name"));
      if (type !== "custom") throw new Refusal(400, `Renaming storage volumes of type "${type}" is not allowed`);
    },
    instead: (request, volume, body) => {
      if (flagField(body, "migration")) return sendVolume(request, volume, body);
      return moveVolume(request, volume, body);
    },
    rename: renameVolume,
    renamed: ({ state }, old, renamed) => moveInDevices(state, old, renamed),
  },
  remove: (request, volume) => {
    const { state } = request;
    if (volume.type !== "custom") {
      const about = `Storage volumes of type "${volume.type}"`;
      throw new Refusal(400, `${about} cannot be deleted with the storage API`);
    }
    if (volumeUsers(state, volume).length > 0) throw new Refusal(400, "The storage volume is still in use");
    for (const { name } of volume.snapshots) {
      const source = volumeSource(state, volume, name);
      tellRequest(request, { action: "storage-volume-snapshot-deleted", source, project: volume.project });
    }
  },
  listMethods: { GET: listVolumes },
};

const [ofType, one] = resourceRoutes(spec);

/** A body of bytes brings a volume along; LXD takes it where the type is in the path alone. */
function createOrImport(request: ApiRequest): ApiReply | Promise<ApiReply> {
  const isBytes = request.headers["content-type"] === "application/octet-stream";
  const isTaken = request.params["type"] !== undefined || request.state.flavour === "incus";
  if (isBytes && isTaken) return importVolume(request);
  return ofType?.methods["POST"]?.(request) ?? sync({});
}

/** `/1.0/storage-pools/{pool}/volumes` and what is below it, but for snapshots. */
export const volumeRoutes: readonly Route[] = [
  ...[ofType?.pattern ?? "", "/1.0/storage-pools/{pool}/volumes"].map((pattern) => ({
    pattern,
    methods: { ...ofType?.methods, POST: createOrImport },
  })),
  ...(one === undefined ? [] : [withSnapshotNames(one)]),
  { pattern: "/1.0/storage-pools/{pool}/volumes/{type}/{volume}/state", methods: { GET: getState } },
];

/** Refuses a new volume of a name, type or content that none can have. */
function checkNew(
  { state, params }: ApiRequest,
  body: JsonObject,
): Pick<VolumeRecord, "name" | "type" | "contentType"> {
  const type = params["type"] ?? textField(body, "type");
  const name = textField(body, "name");
  checkName(name);
  const contentType = contentTypeOf(state, body);
  checkType(state, type);
  return { name, type, contentType };
}

function checkType({ flavour }: FakeState, type: string): void {
  if (type === "" && flavour === "lxd") {
    throw new Refusal(400, "You must provide a storage volume type of the storage volume");
  }
  if (type !== "custom") throw new Refusal(400, `Currently not allowed to create storage volumes of type "${type}"`);
}

function contentTypeOf({ flavour }: FakeState, body: JsonObject): string {
  const contentType = textField(body, "content_type") || "filesystem";
  const isKnown = ["filesystem", "block", ...(flavour === "lxd" ? [] : ["iso"])].includes(contentType);
  if (!isKnown) throw new Refusal(400, "Invalid volume content type name");
  return contentType;
}

function checkName(name: string): void {
  if (name === "") throw new Refusal(400, "No name provided");
  if (name.includes("/")) throw new Refusal(400, "Storage volume names may not contain slashes");
}

/** A custom volume as a request wants it. */
function newVolume(request: ApiRequest, body: JsonObject): VolumeRecord {
  const { state } = request;
  const { type, name, contentType } = checkNew(request, body);
  const { project, pool } = volumeScope(request);
  if (!isCreated(requirePool(request))) throw new Refusal(500, "Specified pool is not fully created");
  if (!isRefresh(body)) checkFree(state, project, pool, name);
  const config = textMapField(body, "config") ?? {};
  checkVolumeConfig(state, contentType, config, state.flavour === "lxd" ? `${project}_${name}` : name);
  if (contentType === "iso" && !isCopyOf(body)) throw new Refusal(500, "Size cannot be zero");
  const createdAt = wireTime(state.clock.now());
  const description = textField(body, "description");
  checkVolume(state, { project, pool, name, config }, "creation");
  const place = { project, pool, type, name, location: state.location };
  return { ...place, description, contentType, config: cleanConfig(config), createdAt, snapshots: [] };
}

function replaceVolume({ state, method }: ApiRequest, volume: VolumeRecord, body: JsonObject): VolumeRecord {
  // An unknown key is refused even where its value is empty.
  const wanted = textMapField(body, "config") ?? {};
  checkVolumeConfig(state, volume.contentType, wanted, `${volume.project}_${volume.name}`);
  const config = cleanConfig(wanted);
  checkVolumeChange(state, volume, config);
  // A PATCH may grow a volume beyond the limits of its project.
  if (method === "PUT") checkVolume(state, { ...volume, config }, "update");
  return { ...volume, config, description: textField(body, "description") };
}

function restoreVolume(request: ApiRequest, volume: VolumeRecord, body: JsonObject): ApiReply | undefined {
  const snapshot = textField(body, "restore");
  if (snapshot === "") return undefined;
  if (volumeInstances(request.state, volume).some(({ power }) => power !== undefined)) {
    throw new Refusal(500, "Cannot restore custom volume used by running instances");
  }
  if (!volume.snapshots.some(({ name }) => name === snapshot)) throw new Refusal(500, "Snapshot not found");
  const source = volumeSource(request.state, volume);
  tellRequest(request, { action: "storage-volume-restored", source, project: volume.project, context: { snapshot } });
  return sync({});
}

function renameVolume({ state }: ApiRequest, volume: VolumeRecord, name: string): VolumeRecord {
  checkFree(state, volume.project, volume.pool, name);
  if (volumeInstances(state, volume).some(({ power }) => power !== undefined)) {
    throw new Refusal(500, "Volume is still in use by running instances");
  }
  return { ...volume, name };
}

/** Volumes of one type or of all, with their snapshots. */
function listVolumes(request: ApiRequest): ApiReply {
  const { state, query, params } = request;
  const { name: pool } = requirePool(request);
  const type = params["type"];
  if (type !== undefined) checkVolumeType(type);
  const project = projectOf(request);
  if (!hasProject(state, project)) throw new Refusal(404, "Project not found");
  const isAll = query.get("all-projects") === "true";
  if (isAll && query.get("project") !== null && query.get("project") !== "") {
    throw new Refusal(400, "Cannot specify a project when requesting all projects");
  }
  const customProject = projectFor(state, project, "features.storage.volumes");
  const { volumes, instances } = state.store;
  const target = targetOf(request);
  const found = [
    ...(isAll ? instances.all() : instances.in(project)).map((instance) => instanceVolume(state, instance)),
    ...volumes.all().filter((volume) => isAll || volume.project === customProject),
  ]
    .filter((volume) => volume.pool === pool && (type === undefined || volume.type === type))
    .filter(({ location }) => target === "" || location === target)
    .flatMap((volume) => withSnapshots(state, volume))
    .sort((a, b) => compareTexts(a.key, b.key));
  const fits = parseVolumeFilter(query.get("filter") ?? "", state);
  const shown = found.filter(({ view }) => fits(view));
  return sync(shown.map(({ url, view }) => (recursionOf(query) > 0 ? view : url)));
}

/** A filter that cannot be read is 500 here, on both families. */
function parseVolumeFilter(filter: string, { flavour }: FakeState): (volume: object) => boolean {
  try {
    return parseFilter(filter, flavour);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(500, error.message) : error;
  }
}

interface Listed {
  readonly url: string;
  readonly view: object;
  /** Lists are in the order of types and whole names, and then of age. */
  readonly key: string;
}

function withSnapshots(state: FakeState, volume: VolumeRecord): readonly Listed[] {
  const { type, name, createdAt, snapshots } = volume;
  const keyOf = (whole: string): string => [type, whole, createdAt.replace("Z", "")].join("\0");
  return [
    { key: keyOf(name), url: volumeListUrl(state, volume), view: volumeView(state, volume) },
    ...snapshots.map((snapshot) => ({
      key: keyOf(`${name}/${snapshot.name}`),
      url: volumeListUrl(state, volume, snapshot.name),
      view: snapshotVolumeView(state, volume, snapshot),
    })),
  ];
}

function getState(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const { pool = "", type = "", volume = "" } = params;
  checkVolumeType(type);
  if (type === "image") throw new Refusal(400, `Invalid storage volume type "${type}"`);
  if (findVolume(request, type, volume) === undefined) {
    const project = type === "custom" ? volumeScope(request).project : projectOf(request);
    const about = `Storage volume "${volume}" in project "${project}" of type "${type}"`;
    throw new Refusal(404, `${about} does not exist on pool "${pool}": Storage volume not found`);
  }
  // A folder has no quota that could be read.
  if (state.flavour === "lxd") throw new Refusal(500, "Not supported");
  return sync({ usage: null });
}

/** The volume that the path of one of its snapshots names. */
export function requireVolume(request: ApiRequest): VolumeRecord {
  return requireRecord(spec, request);
}
