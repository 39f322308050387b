import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { projectFor } from "../projects/project-scope.ts";
import { followDevices, noteFailedAdd } from "./follow-devices.ts";
import { checkChange } from "./instance-check.ts";
import { expandedDevices, sortedDevices } from "./instance-expansion.ts";
import { devicesField, flagField, type JsonObject, textField, textListField, textMapField } from "../core/json-body.ts";
import { Refusal } from "../core/refusal.ts";

/** What a client may change on an instance. */
export type InstanceChange = Pick<InstanceRecord, "config" | "devices" | "profiles" | "description" | "ephemeral">;

/** A `PUT`: everything that the body leaves out becomes empty, the profiles become the default one. */
export function replacement(state: FakeState, instance: InstanceRecord, body: JsonObject): InstanceChange {
  const profiles = textListField(body, "profiles") ?? ["default"];
  checkProfiles(state, instance.project, profiles);
  return {
    config: textMapField(body, "config") ?? {},
    devices: sortedDevices(devicesField(body, "devices") ?? {}),
    profiles,
    description: textField(body, "description"),
    ephemeral: flagField(body, "ephemeral"),
  };
}

/** A `PATCH`: maps are merged, an empty value removes its key, what the body leaves out stays, but for the description. */
export function merge(state: FakeState, instance: InstanceRecord, body: JsonObject): InstanceChange {
  const profiles = textListField(body, "profiles") ?? instance.profiles;
  checkProfiles(state, instance.project, profiles);
  return {
    config: { ...instance.config, ...textMapField(body, "config") },
    devices: sortedDevices({ ...instance.devices, ...devicesField(body, "devices") }),
    profiles,
    description: textField(body, "description"),
    ephemeral: "ephemeral" in body ? flagField(body, "ephemeral") : instance.ephemeral,
  };
}

/** Changes the instance, or throws an {@link OperationFailure} and leaves it alone. */
export function applyChange(state: FakeState, instance: InstanceRecord, change: InstanceChange): void {
  const before = expandedDevices(state, instance);
  const { project, name, type, config } = instance;
  const all = expandedDevices(state, { project, ...change });
  const addFails = (failed: string): void => noteFailedAdd(state, instance, { before, all, failed });
  const draft = { project, name, type, ...change, addFails };
  checkChange(state, draft, { before, config, isRunning: instance.power !== undefined });
  Object.assign(instance, change);
  followDevices(state, instance, before);
}

function checkProfiles(state: FakeState, project: string, profiles: readonly string[]): void {
  const scope = projectFor(state, project, "features.profiles");
  if (!profiles.every((name) => state.store.profiles.get(scope, name) !== undefined))
    throw new Refusal(404, "Profile not found");
  if (new Set(profiles).size < profiles.length) throw new Refusal(500, "Duplicate profile found in request");
}
