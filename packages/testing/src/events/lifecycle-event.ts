import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ApiRequest, Caller } from "../core/router.ts";
import type { EventHub } from "./event-hub.ts";

/** What happened to an object. */
export interface Lifecycle {
  /** For example `profile-created`. */
  readonly action: string;
  /** URL of the object. */
  readonly source: string;
  /** The project whose listeners hear it; the default one by default, also for what belongs to no project. */
  readonly project?: string | undefined;
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** Missing for what servers tell without saying who did it. */
  readonly caller?: Caller | undefined;
}

/** Tells what happened. */
export function tell(state: Pick<FakeState, "events">, event: Lifecycle): void {
  publish(state.events, event, {});
}

/** Tells what the caller of `request` did. */
export function tellRequest(request: ApiRequest, event: Omit<Lifecycle, "caller">): void {
  tell(request.state, { ...event, caller: request.caller });
}

/** Tells what happened to an instance. Incus names the object and its project; LXD 5.0 does not. */
export function tellInstance(
  state: FakeState,
  { name, project }: { readonly name: string; readonly project: string },
  action: string,
  event: Pick<Lifecycle, "caller" | "context">,
): void {
  const source = apiUrl(state.flavour, ["instances", name], project);
  publish(state.events, { ...event, action, source, project }, state.flavour === "incus" ? { name, project } : {});
}

function publish(events: EventHub, event: Lifecycle, names: Readonly<Record<string, string>>): void {
  const { action, source, context, caller, project } = event;
  const requestor = caller && { username: caller.username, protocol: caller.protocol, address: caller.address };
  const parts = { ...(context === undefined ? {} : { context }), ...(requestor === undefined ? {} : { requestor }) };
  events.publish("lifecycle", { action, source, ...parts, ...names }, project);
}
