import type { EventHub } from "./event-hub.ts";
import type { FakeState } from "../core/fake-state.ts";

const requestor = { username: "root", protocol: "unix", address: "@" };

/** Tells what happened to an instance. Incus names the object and its project; LXD 5.0 does not. */
export function instanceLifecycle(
  state: FakeState,
  action: string,
  name: string,
  options: { readonly requestor: boolean; readonly context?: Readonly<Record<string, string>> },
): void {
  publish(state, action, `/1.0/instances/${name}`, name, options);
}

/** Tells that an image came into the store. */
export function imageCreated(state: FakeState, fingerprint: string): void {
  const options = { requestor: true, context: { type: "container" } };
  publish(state, "image-created", `/1.0/images/${fingerprint}`, fingerprint, options);
}

/** Tells that an operation was cancelled; neither family names the object here. */
export function operationCancelled(events: EventHub, id: string): void {
  events.publish("lifecycle", { action: "operation-cancelled", source: `/1.0/operations/${id}`, requestor });
}

function publish(
  state: FakeState,
  action: string,
  source: string,
  name: string,
  options: { readonly requestor: boolean; readonly context?: Readonly<Record<string, string>> },
): void {
  state.events.publish("lifecycle", {
    action,
    source,
    ...(options.context === undefined ? {} : { context: options.context }),
    ...(options.requestor ? { requestor } : {}),
    ...(state.flavour === "incus" ? { name, project: "default" } : {}),
  });
}
