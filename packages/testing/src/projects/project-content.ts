import type { Devices, InstanceType } from "@lxdkit/protocol";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, ProfileRecord, ProjectRecord } from "../core/records.ts";
import { serverScope } from "../core/store.ts";
import { expandedConfig, expandedDevices } from "../instances/instance-expansion.ts";

/** An instance or a profile as the rules of its project see it. */
export interface ProjectEntity {
  /** How the servers call it, for example `container "c1" of project "p1"`. */
  readonly name: string;
  /** Undefined for profiles. */
  readonly type: InstanceType | undefined;
  /** With what its profiles give. */
  readonly config: Config;
  readonly devices: Devices;
  /** Its own keys alone. */
  readonly ownConfig: Config;
}

/** A volume whose size counts. */
export interface ProjectVolume {
  readonly name: string;
  readonly pool: string;
  readonly config: Config;
}

/** All that counts in a project, as it is or as it would be. */
export interface ProjectContent {
  readonly project: ProjectRecord;
  readonly instances: readonly ProjectEntity[];
  readonly profiles: readonly ProjectEntity[];
  readonly volumes: readonly ProjectVolume[];
}

/** An instance as it shall be. */
export interface DraftInstance {
  readonly project: string;
  readonly name: string;
  readonly type: InstanceType;
  readonly config: Config;
  readonly devices: Devices;
  readonly profiles: readonly string[];
}

/** What would be different. */
export interface ContentDraft {
  readonly instance?: DraftInstance;
  readonly profile?: ProfileRecord;
  readonly volume?: ProjectVolume;
}

/** What is in a project, with `draft` in the place of what it is now. */
export function projectContent(state: FakeState, project: ProjectRecord, draft: ContentDraft = {}): ProjectContent {
  const { store } = state;
  const replace = <T extends { readonly name: string }>(records: readonly T[], own: T | undefined): readonly T[] => {
    if (own === undefined) return records;
    const isKnown = records.some(({ name }) => name === own.name);
    return isKnown ? records.map((record) => (record.name === own.name ? own : record)) : [...records, own];
  };
  const instances: readonly DraftInstance[] = replace<DraftInstance>(store.instances.in(project.name), draft.instance);
  const volumes = store.volumes.all().filter((volume) => volume.project === project.name);
  return {
    project,
    instances: instances.map((instance) => entityOf(state, instance, draft.profile)),
    profiles: replace(store.profiles.in(project.name), draft.profile).map(({ name, config, devices }) => ({
      name,
      type: undefined,
      config,
      devices,
      ownConfig: config,
    })),
    volumes: replace<ProjectVolume>(volumes, draft.volume),
  };
}

function entityOf(state: FakeState, instance: DraftInstance, profile: ProfileRecord | undefined): ProjectEntity {
  const { name, type, config: ownConfig } = instance;
  const isUsed = profile !== undefined && instance.profiles.includes(profile.name);
  const seen = isUsed ? withProfile(state, profile) : state;
  return { name, type, config: expandedConfig(seen, instance), devices: expandedDevices(seen, instance), ownConfig };
}

/** The state with a profile as it would be, or as it was. */
export function withProfile(state: FakeState, profile: ProfileRecord): FakeState {
  const { profiles } = state.store;
  const get = (scope: string, name: string): ProfileRecord | undefined =>
    scope === profile.project && name === profile.name ? profile : profiles.get(scope, name);
  return { ...state, store: { ...state.store, profiles: { ...profiles, get } } };
}

/** The project of that name; undefined when it is none that has limits or is restricted, so that nothing is to be checked. */
export function ruledProject(state: FakeState, name: string): ProjectRecord | undefined {
  const project = state.store.projects.get(serverScope, name);
  const isRuled = Object.keys(project?.config ?? {}).some((key) => key.startsWith("limits.") || key === "restricted");
  return isRuled ? project : undefined;
}
