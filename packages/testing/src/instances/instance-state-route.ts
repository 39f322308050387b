import { checkNotEvacuated } from "../cluster/members.ts";
import { type StateAction, stateOperation, type StopOptions } from "./instance-actions.ts";
import { instanceStateView } from "./instance-view.ts";
import { flagField, type JsonObject, numberField, parseBody, textField } from "../core/json-body.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { requireInstance } from "./instance-route.ts";

/** `/1.0/instances/{name}/state`. It has no ETag and heeds no If-Match: measured on both families. */
export const instanceStateRoute: Route = {
  pattern: "/1.0/instances/{name}/state",
  methods: {
    GET: (request) => sync(instanceStateView(request.state, requireInstance(request))),
    PUT: put,
  },
};

/** The action that a body names, and how to carry it out; 400 when there is no such action. */
export function readAction(body: JsonObject): { readonly action: StateAction; readonly options: StopOptions } {
  const action = textField(body, "action");
  if (!isAction(action)) throw new Refusal(400, `Unknown action: '${action}'`);
  return { action, options: { force: flagField(body, "force"), timeout: numberField(body, "timeout") } };
}

const actions: readonly string[] = ["start", "stop", "restart", "freeze", "unfreeze"];

function put(request: ApiRequest): ApiReply {
  const { state } = request;
  // Incus reads the body before it looks for the instance, LXD after.
  const early = state.flavour === "incus" ? parseBody(request) : undefined;
  const instance = requireInstance(request);
  const body = early ?? parseBody(request);
  const { action, options } = readAction(body);
  if (action === "start" || action === "restart") checkNotEvacuated(state);
  const operation = state.operations.start(stateOperation(state, instance, action, options, request.caller));
  return { kind: "operation", operation };
}

function isAction(text: string): text is StateAction {
  return actions.includes(text);
}
