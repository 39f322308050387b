import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, ProjectRecord } from "../core/records.ts";

/** Adds the features that a project has unless it is told otherwise. */
export function withDefaultFeatures(flavour: FakeState["flavour"], config: Config): Config {
  return sortedMap({
    "features.images": "true",
    "features.profiles": "true",
    ...(flavour === "incus" ? { "features.storage.buckets": "true" } : {}),
    "features.storage.volumes": "true",
    ...config,
  });
}

/** Every project that has profiles of its own has a default one. */
export function addDefaultProfile(state: FakeState, { name, config }: ProjectRecord): void {
  if (config["features.profiles"] !== "true") return;
  const description = `Default ${state.facts.title} profile for project ${name}`;
  state.store.profiles.put({ project: name, name: "default", description, config: {}, devices: {} });
}

/** Removes the default profile of a project other than the default one. */
export function dropDefaultProfile(state: FakeState, project: string): void {
  const profile = state.store.profiles.get(project, "default");
  if (profile !== undefined && project !== "default") state.store.profiles.delete(profile);
}
