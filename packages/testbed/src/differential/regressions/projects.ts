import type { Sequence } from "../call.ts";

/** Projects. */
export const projectRegressions: readonly Sequence[] = [
  {
    name: "a PATCH with a configuration of null leaves that of a project as it is, a PUT does not",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.images": "false" } } },
      { method: "POST", path: "/1.0/profiles?project=pr1", body: { name: "p1" } },
      { method: "PATCH", path: "/1.0/projects/pr1", body: { config: null } },
      { method: "PATCH", path: "/1.0/projects/pr1", body: { config: null, description: "one" } },
      { method: "PATCH", path: "/1.0/projects/pr1", body: { description: null } },
      { method: "GET", path: "/1.0/projects/pr1" },
      { method: "PUT", path: "/1.0/projects/pr1", body: { config: null } },
    ],
  },
  {
    name: "what a project holds is told kind by kind, sorted by name",
    calls: [
      { method: "POST", path: "/1.0/profiles", body: { name: "p2" } },
      { method: "POST", path: "/1.0/profiles", body: { name: "a1" } },
      { method: "POST", path: "/1.0/instances", body: { name: "c1", source: { type: "none" } } },
      { method: "POST", path: "/1.0/network-zones", body: { name: "z1.example" } },
      { method: "POST", path: "/1.0/network-acls", body: { name: "acl1" } },
      { method: "GET", path: "/1.0/projects/default" },
    ],
  },
  {
    name: "renaming a project is an operation of no project, which all listen to and all lists have",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
      { method: "POST", path: "/1.0/projects/pr1", body: { name: "pr2" } },
      { method: "POST", path: "/1.0/projects/pr1", body: { name: "pr2" } },
      { method: "POST", path: "/1.0/projects/pr1", body: { name: "pr3" } },
      { method: "GET", path: "/1.0/operations?recursion=1&project=pr2" },
    ],
  },
  {
    name: "a limit of a project is told in bytes",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "limits.memory": "1GiB" } } },
      { method: "GET", path: "/1.0/projects/pr1/state" },
    ],
  },
  {
    name: "a project without profiles of its own is not restricted",
    calls: [
      {
        method: "POST",
        path: "/1.0/projects",
        body: { name: "pr1", config: { "features.profiles": "false", restricted: "true" } },
      },
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.profiles": "false" } } },
      { method: "PUT", path: "/1.0/projects/pr1", body: { config: { "features.images": "true" } } },
      { method: "PUT", path: "/1.0/projects/pr1", body: { config: { "features.profiles": "true" } } },
    ],
  },
  {
    name: "a project whose configuration is null has no features",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: null } },
      { method: "GET", path: "/1.0/projects/pr1" },
    ],
  },
];
