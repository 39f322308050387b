import type { Devices } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, ProfileRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import { followDevices, noteFailedAdd } from "../instances/follow-devices.ts";
import { checkDevices, checkExpanded, checkLxc } from "../instances/instance-check.ts";
import { expandedDevices } from "../instances/instance-expansion.ts";
import { withProfile } from "../projects/project-content.ts";
import { profileInstances } from "./profile-users.ts";

type Root = readonly [name: string, pool: string];

function rootOf(devices: Devices): Root | undefined {
  const found = Object.entries(devices).find(([, { type, path }]) => type === "disk" && path === "/");
  return found === undefined ? undefined : [found[0], found[1]["pool"] ?? ""];
}

/** Refuses to take the root disk away that instances have from the profile. */
export function checkRootDisk(state: FakeState, old: ProfileRecord, profile: ProfileRecord): void {
  const root = rootOf(old.devices);
  if (root === undefined || root[1] === (rootOf(profile.devices)?.[1] ?? "")) return;
  const isNeeded = profileInstances(state, old).some((instance) => {
    if (rootOf(instance.devices) !== undefined) return false;
    const givers = instance.profiles.filter(
      (name) => state.store.profiles.get(old.project, name)?.devices[root[0]] !== undefined,
    );
    return givers.at(-1) === old.name;
  });
  if (isNeeded) throw new Refusal(500, "At least one instance relies on this profile's root disk device");
}

/** Changes the instances of a profile that was `old`. Those that cannot follow are named; the profile stays changed. */
export function followProfile(state: FakeState, old: ProfileRecord, profile: ProfileRecord): void {
  const failures: string[] = [];
  for (const instance of profileInstances(state, profile)) {
    try {
      follow(state, instance, expandedDevices(withProfile(state, old), instance));
    } catch (error) {
      if (!(error instanceof OperationFailure)) throw error;
      failures.push(` - Project: ${instance.project}, Instance: ${instance.name}: ${error.message}\n`);
    }
  }
  if (failures.length === 0) return;
  const text = "The following instances failed to update (profile change still saved):";
  throw new Refusal(500, `${text}\n${failures.join("")}`);
}

function follow(state: FakeState, instance: InstanceRecord, before: Devices): void {
  const all = expandedDevices(state, instance);
  checkExpanded(state, instance, all);
  const addFails = (failed: string): void => noteFailedAdd(state, instance, { before, all, failed });
  checkDevices(state, { ...instance, addFails }, before, all, instance.power !== undefined);
  checkLxc(state, instance);
  followDevices(state, instance, before);
  tellInstance(state, instance, "instance-updated", {});
}
