import { etagOf } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/projects` and what is below it: the default project, to be read only. */
export const projectRoutes: readonly Route[] = [
  { pattern: "/1.0/projects", methods: { GET: list } },
  { pattern: "/1.0/projects/{name}", methods: { GET: get } },
];

interface ProjectView {
  readonly config: Readonly<Record<string, string>>;
  readonly description: string;
  readonly name: string;
  readonly used_by: readonly string[];
}

function project(state: FakeState): ProjectView {
  const { flavour, facts, images, instances, profiles } = state;
  const incusOnly = (key: string): Record<string, string> => (flavour === "incus" ? { [key]: "true" } : {});
  return {
    config: {
      "features.images": "true",
      "features.networks": "true",
      ...incusOnly("features.networks.zones"),
      "features.profiles": "true",
      ...incusOnly("features.storage.buckets"),
      "features.storage.volumes": "true",
    },
    description: `Default ${facts.title} project`,
    name: "default",
    used_by: [
      ...[...instances.keys()].map((name) => `/1.0/instances/${name}`),
      ...[...profiles.keys()].map((name) => `/1.0/profiles/${name}`),
      ...[...images.keys()].map((fingerprint) => `/1.0/images/${fingerprint}`),
      `/1.0/networks/${facts.bridge}`,
    ],
  };
}

function list({ state, query }: ApiRequest): ApiReply {
  return sync(recursionOf(query) > 0 ? [project(state)] : ["/1.0/projects/default"]);
}

function get({ state, params }: ApiRequest): ApiReply {
  if (params["name"] !== "default") throw new Refusal(404, "Project not found");
  const view = project(state);
  return sync(view, etagOf([view.description, view.config]));
}
