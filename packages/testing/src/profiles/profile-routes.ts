import { etagOf, sortedMap } from "../core/etag.ts";
import type { FakeState, ProfileRecord } from "../core/fake-state.ts";
import { sortedDevices } from "../instances/instance-expansion.ts";
import { profileView } from "../instances/instance-view.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkProject, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/profiles` and what is below it. */
export const profileRoutes: readonly Route[] = [
  { pattern: "/1.0/profiles", methods: { GET: list } },
  { pattern: "/1.0/profiles/{name}", methods: { GET: get } },
];

function checkProfileProject(request: ApiRequest): void {
  checkProject(request, (project) => new Refusal(404, `Failed loading project "${project}": Project not found`));
}

function view(state: FakeState, profile: ProfileRecord): Readonly<Record<string, unknown>> {
  const users = [...state.instances.values()].filter(({ profiles }) => profiles.includes(profile.name));
  return profileView(
    state,
    profile,
    users.map(({ name }) => `/1.0/instances/${name}`),
  );
}

function list(request: ApiRequest): ApiReply {
  const { state, query } = request;
  checkProfileProject(request);
  const profiles = [...state.profiles.values()];
  const isDeep = recursionOf(query) > 0;
  return sync(profiles.map((profile) => (isDeep ? view(state, profile) : `/1.0/profiles/${profile.name}`)));
}

function get(request: ApiRequest): ApiReply {
  const { state, params } = request;
  checkProfileProject(request);
  const profile = state.profiles.get(params["name"] ?? "");
  if (profile === undefined) throw new Refusal(404, "Fetch profile: Profile not found");
  const { config, description, devices } = profile;
  return sync(view(state, profile), etagOf([sortedMap(config), description, sortedDevices(devices)]));
}
