import { maySee } from "../access/restricted-access.ts";
import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type JsonObject, parseBody, textField, textMapField } from "../core/json-body.ts";
import type { ProjectRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { serverScope } from "../core/store.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { addDefaultProfile, dropDefaultProfile, withDefaultFeatures } from "./default-profile.ts";
import { replaceProjectInCertificates } from "../certificates/certificate-projects.ts";
import { checkProjectChange } from "./project-checks.ts";
import { checkProjectConfig } from "./project-config.ts";
import { isProjectEmpty, projectState, projectUsers } from "./project-users.ts";

const spec: ResourceSpec<ProjectRecord> = {
  path: "/1.0/projects",
  event: "project",
  table: (state) => state.store.projects,
  scope: () => serverScope,
  missing: ({ method }, name) =>
    new Refusal(404, method === "DELETE" ? `Fetch project "${name}": Project not found` : "Project not found"),
  nameOf: ({ name }) => name,
  projectOf: ({ name }) => name,
  url: ({ flavour }, { name }) => apiUrl(flavour, ["projects", name]),
  view: ({ state }, project) => ({
    config: project.config,
    description: project.description,
    name: project.name,
    used_by: projectUsers(state, project.name),
  }),
  list: { isShown: (request, { name }) => maySee(request, name) },
  etag: (_, { description, config }) => [description, config],
  create: { make: makeProject, made: ({ state }, project) => addDefaultProfile(state, project) },
  update: {
    isTold: "first",
    replace: replaceProject,
    // Unlike elsewhere, a PATCH that has a configuration replaces all of it; null is none.
    merge: ({ description, config }, body) => ({
      ...body,
      description: body["description"] ?? description,
      config: body["config"] ?? config,
    }),
  },
  remove: ({ state }, { name }) => {
    if (name === "default") throw new Refusal(403, "The 'default' project cannot be deleted");
    if (isProjectEmpty(state, name)) {
      replaceProjectInCertificates(state, name, []);
      return dropDefaultProfile(state, name);
    }
    throw new Refusal(500, `Only empty projects can be removed${state.flavour === "incus" ? "." : ""}`);
  },
  itemMethods: { POST: renameProject },
};

/** `/1.0/projects` and what is below it. */
export const projectRoutes: readonly Route[] = [
  ...resourceRoutes(spec),
  { pattern: "/1.0/projects/{name}/state", methods: { GET: getState } },
];

function makeProject({ state }: ApiRequest, scope: string, body: JsonObject): ProjectRecord {
  const name = textField(body, "name");
  const bad = nameProblem(name);
  if (bad !== undefined) throw new Refusal(400, bad);
  // A configuration of null takes even the default features away.
  const config = body["config"] === null ? {} : withDefaultFeatures(state.flavour, textMapField(body, "config") ?? {});
  checkProjectConfig(state, config);
  if (state.store.projects.get(scope, name) === undefined) {
    return { name, description: textField(body, "description"), config };
  }
  const reason =
    state.flavour === "lxd"
      ? 'This "projects" entry already exists'
      : 'Failed to create "projects" entry: UNIQUE constraint failed: projects.name';
  const status = state.flavour === "lxd" ? 409 : 500;
  throw new Refusal(status, `Failed creating project "${name}": Failed adding database record: ${reason}`);
}

function replaceProject({ state }: ApiRequest, project: ProjectRecord, body: JsonObject): ProjectRecord {
  const config = cleanConfig(textMapField(body, "config") ?? {});
  const isFeature = (key: string): boolean => key.startsWith("features.");
  const keys = new Set([...Object.keys(config), ...Object.keys(project.config)].filter((key) => isFeature(key)));
  const isChanged = [...keys].some((key) => config[key] !== project.config[key]);
  if (isChanged && project.name === "default") {
    throw new Refusal(400, "You can't change the features of the default project");
  }
  if (isChanged && !isProjectEmpty(state, project.name)) {
    const [feature = ""] = Object.keys(project.config).filter(
      (key) => keys.has(key) && config[key] !== project.config[key],
    );
    const verb = project.config[feature] === "true" ? "disabled" : "enabled";
    throw new Refusal(400, `Project feature "${feature}" cannot be ${verb} on non-empty projects`);
  }
  checkProjectConfig(state, config);
  const changed = { ...project, description: textField(body, "description"), config };
  checkProjectChange(state, project, changed);
  if (config["features.profiles"] !== project.config["features.profiles"]) {
    // Whatever is not true takes the profiles away, also from a project that has none.
    if (config["features.profiles"] === "true") addDefaultProfile(state, changed);
    else if (state.store.profiles.get(project.name, "default") !== undefined) dropDefaultProfile(state, project.name);
    else throw new Refusal(404, "Delete project default profile: Profile not found");
  }
  return changed;
}

function nameProblem(name: string): string | undefined {
  if (name === "") return "No name provided";
  if (name.includes("/")) return "Project names may not contain slashes";
  if (name.includes(" ")) return "Project names may not contain spaces";
  if (name.includes("_")) return "Project names may not contain underscores";
  if (/['"]/.test(name)) return "Project names may not contain quotes";
  if (name === "*") return "Reserved project name";
  return name === "." || name === ".." ? `Invalid project name "${name}"` : undefined;
}

function getState(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const project = state.store.projects.get(serverScope, params["name"] ?? "");
  if (project === undefined) throw new Refusal(404, "Fetch project database object: Project not found");
  return sync({ resources: projectState(state, project) });
}

/** Renaming is an operation, and everything that can be wrong is found out by it. */
function renameProject(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const old = params["name"] ?? "";
  const name = textField(parseBody(request), "name");
  if (old === "default") throw new Refusal(403, "The 'default' project cannot be renamed");
  const operation = state.operations.start({
    description: "Renaming project",
    project: "",
    work: () => rename(request, old, name),
  });
  return { kind: "operation", operation };
}

async function rename(request: ApiRequest, old: string, name: string): Promise<void> {
  await Promise.resolve();
  const { state } = request;
  const { projects, profiles } = state.store;
  if (projects.get(serverScope, name) !== undefined) {
    throw new OperationFailure(`A project named "${name}" already exists`);
  }
  const project = projects.get(serverScope, old);
  if (project === undefined) throw new OperationFailure(`Failed loading project "${old}": Project not found`);
  const bad = nameProblem(name);
  if (!isProjectEmpty(state, old)) throw new OperationFailure("Only empty projects can be renamed");
  if (bad !== undefined) throw new OperationFailure(bad);
  for (const profile of profiles.in(old)) {
    profiles.delete(profile);
    profiles.put({ ...profile, project: name });
  }
  projects.replace(project, { ...project, name });
  replaceProjectInCertificates(state, old, [name]);
  const source = apiUrl(state.flavour, ["projects", name]);
  tellRequest(request, { action: "project-renamed", source, project: name, context: { old_name: old } });
}
