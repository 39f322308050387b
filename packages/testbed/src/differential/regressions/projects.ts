import type { Sequence } from "../call.ts";

/** Projects. */
export const projectRegressions: readonly Sequence[] = [
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
