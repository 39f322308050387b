import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ProjectRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { expandedConfig } from "../instances/instance-expansion.ts";

/** The URLs of all that is in a project; LXD goes kind by kind, Incus sorts them. */
export function projectUsers(state: FakeState, project: string): readonly string[] {
  const { store, flavour } = state;
  const url = (...parts: readonly string[]): string => apiUrl(flavour, parts, project);
  const users = [
    ...store.instances.in(project).map(({ name }) => url("instances", name)),
    ...store.profiles.in(project).map(({ name }) => url("profiles", name)),
    ...store.images.in(project).map(({ fingerprint }) => url("images", fingerprint)),
    ...store.volumes
      .all()
      .filter((volume) => volume.project === project)
      .map(({ pool, name }) => url("storage-pools", pool, "volumes", "custom", name)),
    ...store.networks.in(project).map(({ name }) => url("networks", name)),
    ...store.acls.in(project).map(({ name }) => url("network-acls", name)),
    // LXD 5.0.2 forgets the zones.
    ...(flavour === "incus" ? store.zones.in(project).map(({ name }) => url("network-zones", name)) : []),
  ];
  return flavour === "lxd" ? users : users.sort(compareTexts);
}

/** Says whether a project holds nothing but its default profile. */
export function isProjectEmpty(state: FakeState, project: string): boolean {
  const profile = apiUrl(state.flavour, ["profiles", "default"], project);
  return projectUsers(state, project).every((url) => url === profile);
}

/** The `resources` of `GET /1.0/projects/{name}/state`. These two keys are capitalised on the wire of both families. */
export function projectState(
  state: FakeState,
  { name, config }: ProjectRecord,
): Readonly<Record<string, { readonly Limit: number; readonly Usage: number }>> {
  const instances = state.store.instances.in(name);
  const containers = instances.filter(({ type }) => type === "container").length;
  const sum = (key: string): number =>
    instances.reduce((total, instance) => total + (Number(expandedConfig(state, instance)[key]) || 0), 0);
  const usage: Readonly<Record<string, number>> = {
    containers,
    cpu: sum("limits.cpu"),
    disk: 0,
    instances: instances.length,
    memory: 0,
    networks: state.store.networks.in(name).length,
    processes: sum("limits.processes"),
    "virtual-machines": instances.length - containers,
  };
  return Object.fromEntries(
    Object.entries(usage).map(([key, Usage]) => [key, { Limit: Number(config[`limits.${key}`] ?? -1), Usage }]),
  );
}
