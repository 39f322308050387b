import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, ProfileRecord } from "../core/records.ts";
import { projectsUsing } from "../projects/project-scope.ts";

/** The instances that have the profile, also in projects that share it. */
export function profileInstances(state: FakeState, { project, name }: ProfileRecord): readonly InstanceRecord[] {
  const users = projectsUsing(state, project, "features.profiles").flatMap((user) =>
    state.store.instances.in(user).filter(({ profiles }) => profiles.includes(name)),
  );
  return state.store.instances.oldestFirst(users);
}

/** URLs of the instances that have the profile. */
export function profileUsers(state: FakeState, profile: ProfileRecord): readonly string[] {
  return profileInstances(state, profile).map(({ name, project }) =>
    apiUrl(state.flavour, ["instances", name], project),
  );
}
