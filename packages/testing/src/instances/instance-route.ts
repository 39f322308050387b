import type { FakeState, InstanceRecord } from "../core/fake-state.ts";
import { checkIdle } from "./instance-actions.ts";
import { instanceResources } from "./instance-create.ts";
import { applyChange, merge, replacement } from "./instance-update.ts";
import { instanceEtag, instanceFullView, instanceView } from "./instance-view.ts";
import { parseBody } from "../core/json-body.ts";
import { instanceLifecycle } from "../events/lifecycle-event.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import {
  type ApiReply,
  type ApiRequest,
  checkIfMatch,
  checkProject,
  recursionOf,
  type Route,
  sync,
} from "../core/router.ts";

/** `/1.0/instances/{name}`. */
export const instanceRoute: Route = {
  pattern: "/1.0/instances/{name}",
  methods: { GET: get, PUT: put, PATCH: patch, DELETE: remove },
};

/** The instance that the path names; 404 with the family's text when there is none. */
export function requireInstance(request: ApiRequest): InstanceRecord {
  const { state, params } = request;
  const isLxd = state.flavour === "lxd";
  checkProject(request, () => new Refusal(404, isLxd ? "Instance not found" : "Project not found"));
  const name = params["name"] ?? "";
  const instance = state.instances.get(name);
  if (instance !== undefined) return instance;
  const text = "Instance not found";
  throw new Refusal(404, isLxd ? text : `Failed to fetch instance "${name}" in project "default": ${text}`);
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
  const change = replacement(state, parseBody(request.body));
  const operation = state.operations.start({
    description: "Updating instance",
    resources: instanceResources(state, instance.name),
    work: async () => {
      await Promise.resolve();
      applyChange(state, instance, change);
      instanceLifecycle(state, "instance-updated", instance.name, { requestor: state.flavour === "incus" });
    },
  });
  return { kind: "operation", operation };
}

function patch(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireInstance(request);
  checkIfMatch(request, instanceEtag(state, instance));
  const change = merge(state, instance, parseBody(request.body));
  try {
    applyChange(state, instance, change);
  } catch (error) {
    // Nothing maps these failures to a status, so they come out as 500: measured on both families.
    if (error instanceof OperationFailure) throw new Refusal(500, error.message);
    throw error;
  }
  instanceLifecycle(state, "instance-updated", instance.name, { requestor: false });
  return sync({});
}

function remove(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireInstance(request);
  if (instance.running !== undefined) throw new Refusal(400, "Instance is running");
  return { kind: "operation", operation: state.operations.start(removal(state, instance)) };
}

function removal(state: FakeState, instance: InstanceRecord): Parameters<FakeState["operations"]["start"]>[0] {
  let isDeleted = false;
  return {
    description: "Deleting instance",
    resources: instanceResources(state, instance.name),
    work: async () => {
      checkIdle(instance, "delete");
      await Promise.resolve();
      isDeleted = state.instances.delete(instance.name);
    },
    afterEnd: () => {
      if (isDeleted)
        instanceLifecycle(state, "instance-deleted", instance.name, { requestor: state.flavour === "incus" });
    },
  };
}
