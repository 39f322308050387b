import { apiUrl } from "../core/api-url.ts";
import { cleanConfig } from "../core/config-rules.ts";
import type { FakeState } from "../core/fake-state.ts";
import { devicesField, type JsonObject, textField, textMapField } from "../core/json-body.ts";
import type { ProfileRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiRequest, Route } from "../core/router.ts";
import { sortedDevices } from "../instances/instance-expansion.ts";
import { checkProfileUpdate } from "../projects/project-checks.ts";
import { featureScope } from "../projects/project-scope.ts";
import { checkRootDisk, followProfile } from "./profile-follow.ts";
import { checkProfileConfig } from "./profile-rules.ts";
import { profileInstances, profileUsers } from "./profile-users.ts";
import { profileView } from "./profile-view.ts";

const spec: ResourceSpec<ProfileRecord> = {
  path: "/1.0/profiles",
  event: "profile",
  table: (state) => state.store.profiles,
  scope: (request) =>
    featureScope(request, "features.profiles", (name) => `Failed loading project "${name}": Project not found`),
  missing,
  nameOf: ({ name }) => name,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { name, project }) => apiUrl(flavour, ["profiles", name], project),
  view: ({ state }, profile) => profileView(state, profile, profileUsers(state, profile)),
  etag: (_, { config, description, devices }) => [config, description, devices],
  list: { hasAllProjects: true, isByProject: true },
  create: { make: makeProfile },
  update: {
    isTold: "after PUT",
    replace: replaceProfile,
    changed: ({ state }, old, profile) => followProfile(state, old, profile),
    merge: ({ description, config, devices }, body) => ({
      description,
      ...body,
      config: { ...config, ...textMapField(body, "config") },
      devices: { ...devices, ...devicesField(body, "devices") },
    }),
  },
  rename: {
    early: (request) => {
      spec.scope(request);
      if (request.params["name"] === "default") throw new Refusal(403, 'The "default" profile cannot be renamed');
    },
    check: checkNewName,
    rename: (_, profile, name) => ({ ...profile, name }),
    renamed: ({ state }, old, { name }) => {
      for (const instance of profileInstances(state, old)) {
        instance.profiles = instance.profiles.map((profile) => (profile === old.name ? name : profile));
      }
    },
  },
  remove: ({ state }, profile) => {
    if (profile.name === "default") throw new Refusal(403, 'The "default" profile cannot be deleted');
    if (profileUsers(state, profile).length > 0) throw new Refusal(500, "Profile is currently in use");
  },
};

/** `/1.0/profiles` and what is below it. */
export const profileRoutes: readonly Route[] = resourceRoutes(spec);

function missing({ method, state }: ApiRequest, name: string): Refusal {
  const isLxd = state.flavour === "lxd";
  switch (method) {
    case "GET":
      return new Refusal(404, "Fetch profile: Profile not found");
    case "PUT":
      return new Refusal(404, `Failed to retrieve profile "${name}": Profile not found`);
    case "PATCH":
      return new Refusal(404, `Failed to retrieve profile="${name}": Profile not found`);
    case "POST":
      return new Refusal(500, isLxd ? "Query affected 0 rows instead of 1" : `Profile "${name}" doesn't exist`);
    default:
      return new Refusal(404, "Profile not found");
  }
}

function checkName(name: string): void {
  if (name === "") throw new Refusal(400, "No name provided");
  if (name.includes("/")) throw new Refusal(400, "Profile names may not contain slashes");
  if (name === "." || name === "..") throw new Refusal(400, `Invalid profile name "${name}"`);
}

function makeProfile({ state }: ApiRequest, project: string, body: JsonObject): ProfileRecord {
  const name = textField(body, "name");
  checkName(name);
  const profile = withBody(state, { project, name, description: "", config: {}, devices: {} }, body, 400);
  if (state.store.profiles.get(project, name) === undefined) return profile;
  throw new Refusal(500, `Error inserting "${name}" into database: The profile already exists`);
}

function replaceProfile({ state }: ApiRequest, profile: ProfileRecord, body: JsonObject): ProfileRecord {
  const changed = withBody(state, profile, body, 500);
  checkRootDisk(state, profile, changed);
  checkProfileUpdate(state, changed);
  return changed;
}

function withBody(state: FakeState, profile: ProfileRecord, body: JsonObject, status: number): ProfileRecord {
  const config = textMapField(body, "config") ?? {};
  const changed = {
    ...profile,
    description: textField(body, "description"),
    config: cleanConfig(config),
    devices: sortedDevices(devicesField(body, "devices") ?? {}),
  };
  checkProfileConfig(state, changed, config, status);
  return changed;
}

function checkNewName({ state, params }: ApiRequest, project: string, name: string): void {
  checkName(name);
  if (state.store.profiles.get(project, name) === undefined) return;
  // Incus looks for the old one first.
  if (state.flavour === "incus" && state.store.profiles.get(project, params["name"] ?? "") === undefined) return;
  const text = state.flavour === "lxd" ? `Name "${name}" already in use` : `Profile "${name}" already exists`;
  throw new Refusal(500, text);
}
