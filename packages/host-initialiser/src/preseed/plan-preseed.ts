import { configSteps, createStep, type PlannedObject, updateSteps } from "../steps/object-steps.ts";
import type { Writable } from "../steps/merge-object.ts";
import type { ObjectChange, Step } from "../steps/step.ts";
import { checkPreseed } from "./check-preseed.ts";
import { clusterSteps } from "./cluster-steps.ts";
import type { ParsedPreseed } from "./parse-preseed.ts";
import type { Preseed, PreseedNetwork } from "./preseed.ts";
import type { ServerState } from "./server-state.ts";

const why = "the preseed asks for it";

/**
 * The steps that bring a server to what a preseed asks for, in the order of `lxd init`: the server's configuration,
 * storage pools, networks, projects with their networks, profiles, cluster. What is so already gives no step. Pure:
 * nothing is read and nothing is sent.
 *
 * @throws {PreseedError} `BAD_PRESEED` for what the server cannot do, before anything is changed.
 */
export function planPreseed({ preseed, lineOf }: ParsedPreseed, state: ServerState): readonly Step[] {
  checkPreseed(preseed, state, lineOf);
  const { config = {}, networks = [], projects = [], profiles = [], storage_pools: pools = [] } = preseed;
  const isOfDefault = ({ project }: PreseedNetwork): boolean => projectOf(project) === "default";
  return [
    ...configSteps(state.config, config, why),
    ...pools.flatMap(({ name, driver = "", ...wanted }) =>
      objectSteps(
        { kind: "storage pool", name, collection: "/1.0/storage-pools" },
        state.pools.find(named(name)),
        wanted,
        {
          driver,
        },
      ),
    ),
    ...networks.filter(isOfDefault).flatMap((network) => networkSteps(network, state)),
    ...projects.flatMap(({ name, ...wanted }) =>
      objectSteps({ kind: "project", name, collection: "/1.0/projects" }, state.projects.find(named(name)), wanted),
    ),
    ...networks.filter((network) => !isOfDefault(network)).flatMap((network) => networkSteps(network, state)),
    ...volumeSteps(preseed, state),
    ...profiles.flatMap(({ name, project, ...wanted }) => {
      const found = state.profiles.find((one) => one.name === name && one.inProject === projectOf(project));
      return objectSteps({ kind: "profile", name, project, collection: "/1.0/profiles" }, found, wanted);
    }),
    ...clusterSteps(preseed.cluster, state),
  ];
}

/** The projects and pools that a plan of this preseed has to know. */
export function scopeOf({ networks = [], profiles = [], storage_volumes: volumes = [] }: Preseed): {
  readonly projects: readonly string[];
  readonly volumesOf: readonly string[];
} {
  const projects = [...networks, ...profiles, ...volumes].map(({ project }) => projectOf(project));
  return { projects: [...new Set(projects)], volumesOf: [...new Set(volumes.map(({ pool }) => pool))] };
}

function networkSteps({ name, type = "", project, ...wanted }: PreseedNetwork, state: ServerState): readonly Step[] {
  const found = state.networks.find((one) => one.managed && one.name === name && one.inProject === projectOf(project));
  const object = { kind: "network", name, project, collection: "/1.0/networks" };
  return objectSteps(object, found, wanted, type === "" ? {} : { type });
}

function volumeSteps({ storage_volumes: volumes = [] }: Preseed, state: ServerState): readonly Step[] {
  return volumes.flatMap(({ name, pool, project, content_type: content = "", config, description }) => {
    const wanted = { config, description };
    const found = state.volumes.find(
      (one) => one.name === name && one.pool === pool && one.inProject === projectOf(project),
    );
    const collection = `/1.0/storage-pools/${encodeURIComponent(pool)}/volumes/custom`;
    const body = { type: "custom", ...(content !== "" && { content_type: content }) };
    return objectSteps({ kind: "storage volume", name, project, collection }, found, wanted, body);
  });
}

function objectSteps(
  object: PlannedObject,
  current: Writable | undefined,
  wanted: ObjectChange,
  ofNew: Readonly<Record<string, unknown>> = {},
): readonly Step[] {
  if (current === undefined) return [createStep(object, { ...ofNew, ...withoutEmpty(wanted) }, why)];
  // As the real programs do: an empty description says nothing.
  const { description, ...rest } = wanted;
  return updateSteps(object, current, description === "" ? rest : wanted, why);
}

function withoutEmpty({ config, devices, description }: ObjectChange): Readonly<Record<string, unknown>> {
  return {
    ...(config && { config }),
    ...(devices && { devices }),
    ...(description !== undefined && description !== "" && { description }),
  };
}

function named(name: string): (object: { readonly name: string }) => boolean {
  return (object) => object.name === name;
}

/** The project that an empty name stands for. */
function projectOf(project: string | undefined): string {
  return project === undefined || project === "" ? "default" : project;
}
