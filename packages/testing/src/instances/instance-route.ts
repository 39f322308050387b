import type { InstanceRecord } from "../core/records.ts";
import type { OperationRequest } from "../operations/operation-store.ts";
import { checkInstanceUpdate } from "../projects/project-checks.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { checkIdle } from "./instance-actions.ts";
import { expandedConfig } from "./instance-expansion.ts";
import { instanceResources } from "./instance-url.ts";
import { postInstance } from "./moves/instance-post.ts";
import { restoreSnapshot } from "./snapshots/snapshot-restore.ts";
import { removeInstance } from "./remove-instance.ts";
import { applyChange, merge, replacement } from "./instance-update.ts";
import { instanceEtag, instanceFullView, instanceView } from "./instance-view.ts";
import { parseBody, textField } from "../core/json-body.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import {
  type ApiReply,
  type ApiRequest,
  checkIfMatch,
  type Caller,
  recursionOf,
  type Route,
  sync,
} from "../core/router.ts";

/** `/1.0/instances/{name}`. */
export const instanceRoute: Route = {
  pattern: "/1.0/instances/{name}",
  methods: { GET: get, PUT: put, PATCH: patch, POST: postInstance, DELETE: remove },
};

/** The instance that the path names; 404 with the family's text when there is none. */
export function requireInstance(request: ApiRequest): InstanceRecord {
  const { state } = request;
  const isLxd = state.flavour === "lxd";
  if (!hasProject(state, projectOf(request)))
    throw new Refusal(404, isLxd ? "Instance not found" : "Project not found");
  if (isLxd && findInstance(request) === undefined) throw new Refusal(404, "Instance not found");
  return requireLoaded(request);
}

/** {@link requireInstance} with the text of the few routes of LXD that say as much as those of Incus. */
export function requireLoaded(request: ApiRequest): InstanceRecord {
  const instance = findInstance(request);
  if (instance !== undefined) return instance;
  if (!hasProject(request.state, projectOf(request))) throw new Refusal(404, "Project not found");
  const name = request.params["name"] ?? "";
  const what = `Failed to fetch instance "${name}" in project "${projectOf(request)}"`;
  throw new Refusal(404, `${what}: Instance not found`);
}

/** The instance that the path names, when there is one. */
export function findInstance(request: ApiRequest): InstanceRecord | undefined {
  return request.state.store.instances.get(projectOf(request), request.params["name"] ?? "");
}

function get(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const instance = requireInstance(request);
  const view = recursionOf(query) > 0 ? instanceFullView : instanceView;
  return sync(view(state, instance), instanceEtag(state, instance));
}

function put(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireInstance(request);
  checkIfMatch(request, instanceEtag(state, instance));
  const body = parseBody(request);
  const restoration = restoreSnapshot(request, instance, body);
  if (restoration !== undefined) return restoration;
  const change = replacement(state, instance, body);
  checkInstanceUpdate(state, { ...instance, ...change });
  const operation = state.operations.start({
    description: "Updating instance",
    project: instance.project,
    resources: instanceResources(state, instance),
    work: async () => {
      await Promise.resolve();
      applyChange(state, instance, change);
      tellInstance(state, instance, "instance-updated", { caller: callerOf(request) });
    },
  });
  return { kind: "operation", operation };
}

function patch(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireInstance(request);
  checkIfMatch(request, instanceEtag(state, instance));
  const body = parseBody(request);
  if (textField(body, "restore") !== "") throw new Refusal(400, "Can't call PATCH in restore mode");
  const change = merge(state, instance, body);
  checkInstanceUpdate(state, { ...instance, ...change });
  try {
    applyChange(state, instance, change);
  } catch (error) {
    // What is missing or taken has a status of its own; nothing maps the other failures: measured on both families.
    if (error instanceof OperationFailure) throw new Refusal(error.code, error.message);
    throw error;
  }
  tellInstance(state, instance, "instance-updated", {});
  return sync({});
}

function remove(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireInstance(request);
  if (instance.power !== undefined) throw new Refusal(400, "Instance is running");
  return { kind: "operation", operation: state.operations.start(removal(request, instance)) };
}

/** LXD does not say who changed or deleted an instance. */
function callerOf({ state, caller }: ApiRequest): Caller | undefined {
  return state.flavour === "incus" ? caller : undefined;
}

function removal(request: ApiRequest, instance: InstanceRecord): OperationRequest {
  const { state } = request;
  return {
    description: "Deleting instance",
    project: instance.project,
    resources: instanceResources(state, instance),
    work: async () => {
      checkIdle(instance, "delete");
      await Promise.resolve();
      if (expandedConfig(state, instance)["security.protection.delete"] === "true") {
        throw new OperationFailure(`${state.flavour === "lxd" ? "Container" : "Instance"} is protected`);
      }
      removeInstance(state, instance, callerOf(request));
    },
  };
}
