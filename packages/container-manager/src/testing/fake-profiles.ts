import { isDeepStrictEqual } from "node:util";
import type { EnsuredProfile } from "@lxdkit/server";
import { ManagerError } from "../manager-error.ts";
import { type AssignedLxdProfiles, ProfilesNotAssignedError } from "../profiles/assign-profiles.ts";
import type { LxdProfile, LxdProfilePost } from "../profiles/lxd-profile.ts";
import type { MaybeWriteLxdProfileOptions } from "../profiles/write-profile.ts";
import type { FakeMachine } from "./fake-machine.ts";

/** Writes a profile into a map of them, as a server does. */
export function writeProfile(
  profiles: Map<string, LxdProfile>,
  name: string,
  profile: LxdProfile,
  { onDifference = "update" }: MaybeWriteLxdProfileOptions = {},
): EnsuredProfile {
  const present = profiles.get(name);
  const differences = present === undefined ? [] : differencesOf(present, profile);
  if (present !== undefined && differences.length === 0) return { outcome: "unchanged", differences };
  if (present !== undefined && onDifference === "report") return { outcome: "different", differences };
  profiles.set(name, profile);
  return { outcome: present === undefined ? "created" : "updated", differences };
}

function differencesOf(present: LxdProfile, wanted: LxdProfile): string[] {
  const parts = { config: {}, description: "", devices: {} };
  return (Object.keys(parts) as (keyof LxdProfile)[]).filter(
    (part) => !isDeepStrictEqual(present[part] ?? parts[part], wanted[part] ?? parts[part]),
  );
}

/** Assigns profiles to a machine among others, as a manager does. */
export function assignProfiles(
  profiles: Map<string, LxdProfile>,
  machines: ReadonlyMap<string, FakeMachine>,
  id: string,
  names: readonly string[],
  posts: readonly LxdProfilePost[],
): AssignedLxdProfiles {
  const machine = machines.get(id);
  for (const { name, profile } of posts) if (profile !== undefined) profiles.set(name, profile);
  const missing = names.find((name) => !profiles.has(name));
  if (machine === undefined || missing !== undefined) {
    const text = machine === undefined ? `there is no container ${id}` : `there is no profile ${String(missing)}`;
    throw new ProfilesNotAssignedError(id, machine?.profiles, new ManagerError(text, { code: "NOT_FOUND" }));
  }
  machine.profiles = [...names];
  const notDeleted = posts
    .filter(({ profile }) => profile === undefined)
    .flatMap(({ name }) => {
      const isUsed = [...machines.values()].some((one) => one.profiles.includes(name));
      if (!isUsed) profiles.delete(name);
      return isUsed ? [{ name, error: new ManagerError(`profile ${name} is in use`, { code: "PROFILE_IN_USE" }) }] : [];
    });
  return { profiles: machine.profiles, notDeleted };
}
