import type { FakeState } from "../../core/fake-state.ts";
import { type JsonObject, parseBody, textField } from "../../core/json-body.ts";
import type { InstanceRecord, InstanceSnapshotRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkIfMatch, recursionOf, type Route, sync } from "../../core/router.ts";
import { timeField } from "../../core/time-field.ts";
import { hasProject, projectOf } from "../../projects/project-scope.ts";
import { requireInstance } from "../instance-route.ts";
import { instanceResources } from "../instance-url.ts";
import { sendSnapshot } from "../migration/migration-source.ts";
import { checkSnapshotName, checkSnapshotText, createSnapshot } from "./snapshot-create.ts";
import {
  findSnapshot,
  replaceSnapshots,
  snapshotEtag,
  snapshotResources,
  snapshotsOf,
  snapshotView,
  tellSnapshot,
} from "./snapshot-store.ts";

const path = "/1.0/instances/{name}/snapshots";

/** Snapshots of instances. */
export const snapshotRoutes: readonly Route[] = [
  { pattern: path, methods: { GET: list, POST: createSnapshot } },
  { pattern: `${path}/{snapshot}`, methods: { GET: get, PUT: update, PATCH: update, POST: rename, DELETE: remove } },
];

function list(request: ApiRequest): ApiReply {
  const { state, params, query } = request;
  const recursion = recursionOf(query);
  const project = projectOf(request);
  const name = params["name"] ?? "";
  // Incus does not look for the instance when it lists names alone.
  if (state.flavour === "lxd" || recursion > 0) requireInstance(request);
  const snapshots = snapshotsOf(state, { project, name });
  const suffix = project === "default" ? "" : `?project=${encodeURIComponent(project)}`;
  return sync(
    snapshots.map((snapshot) =>
      recursion > 0
        ? snapshotView(state, snapshot)
        : // Here alone nothing is escaped: measured on both families.
          `/1.0/instances/${name}/snapshots/${snapshot.name}${suffix}`,
    ),
  );
}

interface Found {
  readonly instance: InstanceRecord;
  readonly snapshot: InstanceSnapshotRecord;
}

function requireSnapshot(request: ApiRequest): Found {
  const { state, params } = request;
  const project = projectOf(request);
  const { name = "", snapshot: wanted = "" } = params;
  const instance = state.store.instances.get(project, name);
  const snapshot = instance && findSnapshot(state, instance, wanted);
  if (instance !== undefined && snapshot !== undefined) return { instance, snapshot };
  if (state.flavour === "incus" && !hasProject(state, project)) throw new Refusal(404, "Project not found");
  if (instance === undefined) {
    const what = `Failed to fetch instance "${name}/${wanted}" in project "${project}": `;
    throw new Refusal(404, `${state.flavour === "lxd" ? "" : what}Instance not found`);
  }
  const noun = state.flavour === "lxd" ? "InstanceSnapshot" : "Instance_snapshot";
  const about = `Failed to fetch snapshot "${wanted}" of instance "${name}" in project "${project}"`;
  throw new Refusal(404, `${about}: ${noun} not found`);
}

function get(request: ApiRequest): ApiReply {
  const { snapshot } = requireSnapshot(request);
  return sync(snapshotView(request.state, snapshot), snapshotEtag(snapshot));
}

function update(request: ApiRequest): ApiReply {
  const { state } = request;
  const { instance, snapshot } = requireSnapshot(request);
  checkIfMatch(request, snapshotEtag(snapshot));
  // Without a text the snapshot stays as it is, for PUT too: measured on both families.
  const body = updateBody(request);
  const wanted = typeof body["expires_at"] === "string" ? timeField(state.flavour, body, "expires_at") : undefined;
  const expiresAt = wanted ?? snapshot.expiresAt;
  return start(request, snapshot, {
    description: "Updating snapshot",
    // LXD takes the snapshot for an instance here.
    lxd: instanceResources(state, { project: instance.project, name: snapshot.name }),
    work: () => {
      state.store.instanceSnapshots.put({ ...snapshot, expiresAt });
      state.expiry.watch(expiresAt);
    },
  });
}

/** The body of an update, which is 500 when it is no JSON: measured on both families. */
function updateBody(request: ApiRequest): JsonObject {
  try {
    return parseBody(request);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(500, error.message) : error;
  }
}

function rename(request: ApiRequest): ApiReply {
  const { state, caller } = request;
  const { instance, snapshot } = requireSnapshot(request);
  const body = parseBody(request);
  if (body["migration"] === true) {
    // LXD reads it into a map alone until it is to migrate, and then as it does for an instance.
    if (state.flavour === "lxd") parseBody({ ...request, pattern: "/1.0/instances/{name}" });
    return sendSnapshot(request, instance, snapshot, body);
  }
  const name = newName(request, instance, body);
  const renamed = { ...snapshot, name };
  return start(request, snapshot, {
    description: "Renaming snapshot",
    lxd: instanceResources(state, instance),
    work: () => {
      checkSnapshotText(name);
      const snapshots = snapshotsOf(state, instance).map((one) => (one.name === snapshot.name ? renamed : one));
      replaceSnapshots(state, instance, snapshots);
      tellSnapshot(state, renamed, "renamed", caller, { old_name: `${instance.name}/${snapshot.name}` });
    },
  });
}

function newName({ state }: ApiRequest, instance: InstanceRecord, body: JsonObject): string {
  const isLxd = state.flavour === "lxd";
  if (isLxd && !("name" in body)) throw new Refusal(400, "Response was missing `name`");
  if (isLxd && typeof body["name"] !== "string") throw new Refusal(400, "`name` was not a string");
  const name = textField(body, "name");
  if (!isLxd && name === "") throw new Refusal(400, "A new name for the instance must be provided");
  checkSnapshotName(name);
  if (findSnapshot(state, instance, name) !== undefined) {
    throw new Refusal(409, `Name '${instance.name}/${name}' already in use`);
  }
  return name;
}

function remove(request: ApiRequest): ApiReply {
  const { state, caller } = request;
  const { instance, snapshot } = requireSnapshot(request);
  return start(request, snapshot, {
    description: "Deleting snapshot",
    lxd: instanceResources(state, { project: instance.project, name: `${instance.name}/${snapshot.name}` }),
    work: () => {
      if (state.store.instanceSnapshots.delete(snapshot)) tellSnapshot(state, snapshot, "deleted", caller);
    },
  });
}

interface SnapshotWork {
  readonly description: string;
  /** What LXD names as the resources. */
  readonly lxd: Readonly<Record<string, readonly string[]>>;
  work(state: FakeState): void;
}

function start(
  { state }: ApiRequest,
  snapshot: InstanceSnapshotRecord,
  { description, lxd, work }: SnapshotWork,
): ApiReply {
  const operation = state.operations.start({
    description,
    project: snapshot.project,
    resources: state.flavour === "lxd" ? lxd : snapshotResources(state, snapshot),
    work: () => Promise.resolve().then(() => work(state)),
  });
  return { kind: "operation", operation };
}
