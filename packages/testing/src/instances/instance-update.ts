import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import { projectFor } from "../projects/project-scope.ts";
import { sortedDevices } from "./instance-expansion.ts";
import { checkConfiguration } from "./instance-rules.ts";
import { devicesField, flagField, type JsonObject, textField, textListField, textMapField } from "../core/json-body.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";

/** What a client may change on an instance. */
export type InstanceChange = Pick<InstanceRecord, "config" | "devices" | "profiles" | "description" | "ephemeral">;

/** A `PUT`: everything that the body leaves out becomes empty, the profiles become the default one. */
export function replacement(state: FakeState, instance: InstanceRecord, body: JsonObject): InstanceChange {
  const profiles = textListField(body, "profiles") ?? ["default"];
  checkProfiles(state, instance.project, profiles);
  return {
    config: cleanConfig(textMapField(body, "config") ?? {}),
    devices: sortedDevices(devicesField(body, "devices") ?? {}),
    profiles,
    description: textField(body, "description"),
    ephemeral: flagField(body, "ephemeral"),
  };
}

/** A `PATCH`: maps are merged, an empty value removes its key, what the body leaves out stays. */
export function merge(state: FakeState, instance: InstanceRecord, body: JsonObject): InstanceChange {
  const profiles = textListField(body, "profiles") ?? instance.profiles;
  checkProfiles(state, instance.project, profiles);
  return {
    config: cleanConfig({ ...instance.config, ...textMapField(body, "config") }),
    devices: sortedDevices({ ...instance.devices, ...devicesField(body, "devices") }),
    profiles,
    description: "description" in body ? textField(body, "description") : instance.description,
    ephemeral: "ephemeral" in body ? flagField(body, "ephemeral") : instance.ephemeral,
  };
}

/** Changes the instance, or throws an {@link OperationFailure} and leaves it alone. */
export function applyChange(state: FakeState, instance: InstanceRecord, change: InstanceChange): void {
  try {
    checkConfiguration(state, change);
  } catch (error) {
    throw new OperationFailure(`Invalid config: ${error instanceof Error ? error.message : String(error)}`);
  }
  const lost = Object.keys(instance.config).filter((key) => !(key in change.config));
  if (lost.some((key) => key.startsWith("volatile.idmap."))) {
    throw new OperationFailure("Volatile idmap keys can't be deleted by the user");
  }
  Object.assign(instance, change);
}

function checkProfiles(state: FakeState, project: string, profiles: readonly string[]): void {
  const scope = projectFor(state, project, "features.profiles");
  if (!profiles.every((name) => state.store.profiles.get(scope, name) !== undefined))
    throw new Refusal(404, "Profile not found");
}
