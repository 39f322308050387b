import { parseByteSize } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ProjectRecord } from "../core/records.ts";
import { compareTexts } from "../core/resource.ts";
import { sortedMap } from "../core/etag.ts";
import { projectContent } from "./project-content.ts";
import { usageOf } from "./project-limits.ts";

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
export function projectState(state: FakeState, project: ProjectRecord): Readonly<Record<string, ResourceUse>> {
  const { name, config } = project;
  const content = projectContent(state, project);
  const containers = content.instances.filter(({ type }) => type === "container").length;
  const usage: Readonly<Record<string, number>> = {
    containers,
    cpu: usageOf(content, "limits.cpu"),
    disk: usageOf(content, "limits.disk"),
    instances: content.instances.length,
    memory: usageOf(content, "limits.memory"),
    networks: state.store.networks.in(name).length,
    processes: usageOf(content, "limits.processes"),
    "virtual-machines": content.instances.length - containers,
  };
  const resources = Object.entries(usage).map(([key, Usage]): [string, ResourceUse] => [
    key,
    { Limit: limitOf(config[`limits.${key}`]), Usage },
  ]);
  const pools = Object.entries(config)
    .filter(([key, limit]) => key.startsWith("limits.disk.pool.") && limit !== "")
    .map(([key, limit]): [string, ResourceUse] => [
      `disk.${key.slice("limits.disk.pool.".length)}`,
      { Limit: limitOf(limit), Usage: usageOf(content, key) },
    ]);
  return sortedMap(Object.fromEntries([...resources, ...pools]));
}

/** How much of a resource there is and is used; -1 where there is no limit. */
interface ResourceUse {
  readonly Limit: number;
  readonly Usage: number;
}

function limitOf(limit: string | undefined): number {
  return limit === undefined || limit === "" ? -1 : Number(parseByteSize(limit));
}
