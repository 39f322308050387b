import { parseByteSize } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ProjectRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { expandedConfig, expandedDevices } from "../instances/instance-expansion.ts";

/** The URLs of all that is in a project, kind by kind. */
export function projectUsers(state: FakeState, project: string): readonly string[] {
  const { store, flavour } = state;
  const sorted = (path: readonly string[], names: readonly string[]): readonly string[] =>
    [...names].sort(compareTexts).map((name) => apiUrl(flavour, [...path, name], project));
  const named = (path: string, records: readonly { readonly name: string }[]): readonly string[] =>
    sorted(
      [path],
      records.map(({ name }) => name),
    );
  const instances = named("instances", store.instances.in(project));
  const profiles = named("profiles", store.profiles.in(project));
  const images = sorted(
    ["images"],
    store.images.in(project).map(({ fingerprint }) => fingerprint),
  );
  const volumes = [...store.volumes.all()]
    .filter((volume) => volume.project === project)
    .map(({ pool, name }) => apiUrl(flavour, ["storage-pools", pool, "volumes", "custom", name], project));
  const networks = [
    ...named("networks", store.networks.in(project)),
    ...named("network-acls", store.acls.in(project)),
    // LXD 5.0.2 forgets the zones.
    ...(flavour === "incus" ? named("network-zones", store.zones.in(project)) : []),
  ];
  return flavour === "lxd"
    ? [...instances, ...profiles, ...images, ...volumes.sort(compareTexts), ...networks]
    : [...instances, ...images, ...networks, ...profiles, ...volumes];
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
  // A share of the machine's memory is no size.
  const sizeOf = (text = "0"): number => (text.endsWith("%") ? 0 : Number(parseByteSize(text)));
  const bytes = (sizes: readonly (string | undefined)[]): number =>
    sizes.reduce((total, size) => total + sizeOf(size), 0);
  const roots = instances.map((one) => Object.values(expandedDevices(state, one)).find(({ path }) => path === "/"));
  const volumes = state.store.volumes.all().filter(({ project }) => project === name);
  const usage: Readonly<Record<string, number>> = {
    containers,
    cpu: sum("limits.cpu"),
    disk: bytes([...roots, ...volumes.map(({ config: own }) => own)].map((one) => one?.["size"])),
    instances: instances.length,
    memory: bytes(instances.map((one) => expandedConfig(state, one)["limits.memory"])),
    networks: state.store.networks.in(name).length,
    processes: sum("limits.processes"),
    "virtual-machines": instances.length - containers,
  };
  return Object.fromEntries(
    Object.entries(usage).map(([key, Usage]) => [key, { Limit: limitOf(config[`limits.${key}`]), Usage }]),
  );
}

function limitOf(limit: string | undefined): number {
  return limit === undefined || limit === "" ? -1 : Number(parseByteSize(limit));
}
