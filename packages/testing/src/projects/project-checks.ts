import type { FakeState } from "../core/fake-state.ts";
import type { ProfileRecord, ProjectRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { isOn } from "../devices/device.ts";
import {
  type ContentDraft,
  type DraftInstance,
  projectContent,
  type ProjectVolume,
  ruledProject,
} from "./project-content.ts";
import { countProblem, loweringProblem, sumProblem } from "./project-limits.ts";
import { restrictionProblem } from "./project-restrictions.ts";
import { projectsUsing } from "./project-scope.ts";

/** Refuses what the limits and restrictions of the project do not allow; `what` is how the servers call it. */
function check(state: FakeState, project: ProjectRecord, what: string, draft: ContentDraft): void {
  const content = projectContent(state, project, draft);
  const isRestricted = isOn(project.config["restricted"]);
  const problem = sumProblem(content) ?? (isRestricted ? restrictionProblem(content, state.flavour) : undefined);
  if (problem !== undefined) throw new Refusal(500, `Failed checking if ${what} allowed: ${problem}`);
}

/** Refuses an instance that its project does not allow. */
export function checkInstanceCreation(state: FakeState, instance: DraftInstance): void {
  const project = ruledProject(state, instance.project);
  if (project === undefined) return;
  const content = projectContent(state, project, { instance });
  const problem = countProblem(content, instance.type);
  if (problem !== undefined) throw new Refusal(500, problem);
  const key = Object.keys(instance.config).find((name) => name.startsWith("volatile."));
  if (key !== undefined && isOn(project.config["restricted"])) {
    const about = `${instance.type} "${instance.name}" in project "${project.name}"`;
    throw new Refusal(500, `Setting "${key}" on ${about} is forbidden`);
  }
  check(state, project, "instance creation", { instance });
}

/** Says whether a project has limits or restrictions at all. */
export function hasRules(state: FakeState, project: string): boolean {
  return ruledProject(state, project) !== undefined;
}

/** Refuses a change of an instance that its project does not allow. */
export function checkInstanceUpdate(state: FakeState, instance: DraftInstance): void {
  const project = ruledProject(state, instance.project);
  if (project !== undefined) check(state, project, "instance update", { instance });
}

/** Refuses a change of a profile that a project does not allow. */
export function checkProfileUpdate(state: FakeState, profile: ProfileRecord): void {
  for (const name of projectsUsing(state, profile.project, "features.profiles")) {
    const project = ruledProject(state, name);
    if (project !== undefined) check(state, project, "profile update", { profile });
  }
}

/** Refuses a volume that its project does not allow. */
export function checkVolume(
  state: FakeState,
  volume: ProjectVolume & { readonly project: string },
  what: "creation" | "update",
): void {
  const project = ruledProject(state, volume.project);
  if (project !== undefined) check(state, project, `volume ${what}`, { volume });
}

/** Refuses snapshots or backups where a project does not allow for them. */
export function checkMayKeep(state: FakeState, name: string, what: "snapshot" | "backup"): void {
  const { config = {} } = ruledProject(state, name) ?? {};
  if (!isOn(config["restricted"]) || config[`restricted.${what}s`] === "allow") return;
  throw new Refusal(500, `Project "${name}" doesn't allow for ${what} creation`);
}

/** Refuses limits and restrictions that what is in a project breaks already. */
export function checkProjectChange(state: FakeState, before: ProjectRecord, project: ProjectRecord): void {
  const content = projectContent(state, project);
  const low = loweringProblem(content, before.config);
  if (low !== undefined) throw new Refusal(500, low);
  const keys = [...new Set([...Object.keys(before.config), ...Object.keys(project.config)])].sort();
  const changed = keys.find((key) => key.startsWith("restricted.") && before.config[key] !== project.config[key]);
  // Servers look at all restrictions once one of them changes, also where they are not in force.
  const problem = changed === undefined ? undefined : restrictionProblem(content, state.flavour);
  if (problem === undefined) return;
  throw new Refusal(500, `Conflict detected when changing "${changed ?? ""}" in project "${project.name}": ${problem}`);
}
