import type { FakeState } from "../core/fake-state.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { serverScope } from "../core/store.ts";

/** What a project may have of its own; without it, it shares that of the default project. */
export type ProjectFeature =
  | "features.images"
  | "features.networks"
  | "features.networks.zones"
  | "features.profiles"
  | "features.storage.volumes";

/** The project that the request names; the default one when it names none. */
export function projectOf(request: Pick<ApiRequest, "query">): string {
  return request.query.get("project") || "default";
}

/** Says whether the project exists. */
export function hasProject(state: FakeState, project: string): boolean {
  return state.store.projects.get(serverScope, project) !== undefined;
}

/** The project whose profiles, images and so on `project` uses: itself when it has the feature, else the default one. */
export function projectFor(state: FakeState, project: string, feature: ProjectFeature): string {
  const isOwn = state.store.projects.get(serverScope, project)?.config[feature] === "true";
  return isOwn ? project : "default";
}

/** The project that the request means for objects of `feature`; 404 with `text` when there is no such project. */
export function featureScope(
  request: ApiRequest,
  feature: ProjectFeature,
  text: (project: string) => string = (project) => `Failed to load project "${project}": Project not found`,
): string {
  const project = projectOf(request);
  if (!hasProject(request.state, project)) throw new Refusal(404, text(project));
  return projectFor(request.state, project, feature);
}

/** The projects, `project` among them, that use the objects of `project` for `feature`. */
export function projectsUsing(state: FakeState, project: string, feature: ProjectFeature): readonly string[] {
  return state.store.projects
    .all()
    .map(({ name }) => name)
    .filter((name) => projectFor(state, name, feature) === project);
}
