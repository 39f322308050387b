import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, NetworkRecord } from "../core/records.ts";
import { expandedDevices } from "../instances/instance-expansion.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { projectFor, projectsUsing } from "../projects/project-scope.ts";

type AnyDevices = Readonly<Record<string, Readonly<Record<string, string>>>>;

function areOn(devices: AnyDevices, network: string): boolean {
  return Object.values(devices).some(
    ({ type, network: named, parent }) => type === "nic" && (named === network || parent === network),
  );
}

/** The instances that have an interface on the network. */
export function networkInstances(state: FakeState, { project, name }: NetworkRecord): readonly InstanceRecord[] {
  return projectsUsing(state, project, "features.networks").flatMap((user) =>
    state.store.instances.in(user).filter((instance) => areOn(expandedDevices(state, instance), name)),
  );
}

/** URLs of the profiles and instances that have an interface on the network. */
export function networkUsers(state: FakeState, network: NetworkRecord): readonly string[] {
  const profiles = state.store.profiles
    .all()
    .filter(({ project }) => projectFor(state, project, "features.networks") === network.project)
    .filter(({ devices }) => areOn(devices, network.name));
  return [
    ...profiles.map(({ name, project }) => apiUrl(state.flavour, ["profiles", name], project)),
    ...networkInstances(state, network).map((instance) => instanceUrl(state, instance)),
  ];
}
