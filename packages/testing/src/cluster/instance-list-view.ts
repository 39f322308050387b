import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { serverScope } from "../core/store.ts";
import { unsetTime } from "../core/wire-time.ts";
import { instanceFullView, instanceView } from "../instances/instance-view.ts";
import { isOnline } from "./members.ts";

/** An instance in a list; little is known of those of members that do not answer. */
export function listView(state: FakeState, instance: InstanceRecord, recursion = 1): Readonly<Record<string, unknown>> {
  const member = state.store.members.get(serverScope, instance.location);
  if (member !== undefined && !isOnline(member)) return unreachable(state, instance, recursion);
  return recursion === 1 ? instanceView(state, instance) : instanceFullView(state, instance);
}

function unreachable(
  { flavour }: FakeState,
  { name, location, type, project }: InstanceRecord,
  recursion: number,
): Readonly<Record<string, unknown>> {
  return {
    architecture: "",
    config: null,
    devices: null,
    ephemeral: false,
    profiles: null,
    stateful: false,
    description: "",
    created_at: unsetTime,
    name,
    status: "Error",
    status_code: 112,
    last_used_at: unsetTime,
    location,
    type: flavour === "lxd" ? "" : type,
    project,
    ...(recursion === 1 ? {} : { backups: null, state: null, snapshots: null }),
  };
}
