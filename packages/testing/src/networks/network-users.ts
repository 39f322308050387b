import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord, NetworkRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { expandedDevices } from "../instances/instance-expansion.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { projectsUsing } from "../projects/project-scope.ts";

type AnyDevices = Readonly<Record<string, Readonly<Record<string, string>>>>;

function countOn(devices: AnyDevices, network: string): number {
  return Object.values(devices).filter(
    ({ type, network: named, parent }) => type === "nic" && (named === network || parent === network),
  ).length;
}

/** The instances that have an interface on the network. */
export function networkInstances(state: FakeState, { project, name }: NetworkRecord): readonly InstanceRecord[] {
  return projectsUsing(state, project, "features.networks").flatMap((user) =>
    state.store.instances.in(user).filter((instance) => countOn(expandedDevices(state, instance), name) > 0),
  );
}

/** URLs of the profiles and instances on the network, project by project; instances once for each of their interfaces. */
export function networkUsers(state: FakeState, network: NetworkRecord): readonly string[] {
  const projects = projectsUsing(state, network.project, "features.networks");
  const profiles = projects
    .flatMap((project) => byName(state.store.profiles.in(project)))
    .filter(({ devices }) => countOn(devices, network.name) > 0);
  const instances = projects
    .flatMap((project) => byName(state.store.instances.in(project)))
    .flatMap((instance) => {
      const interfaces = countOn(expandedDevices(state, instance), network.name);
      return Array.from({ length: interfaces }, () => instanceUrl(state, instance));
    });
  return [...profiles.map(({ name, project }) => apiUrl(state.flavour, ["profiles", name], project)), ...instances];
}

function byName<T extends { readonly name: string }>(records: readonly T[]): readonly T[] {
  return [...records].sort((a, b) => compareTexts(a.name, b.name));
}
