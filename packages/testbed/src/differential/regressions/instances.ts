import type { Sequence } from "../call.ts";

const devices = { root: { type: "disk", path: "/", pool: "default" }, eth0: { type: "none" } };
const image = { type: "image", alias: "tiny" };

const make = (extra: object = {}): Sequence["calls"][number] => ({
  method: "POST",
  path: "/1.0/instances",
  body: { name: "c1", source: image, devices, ...extra },
});
const change = (action: string): Sequence["calls"][number] => ({
  method: "PUT",
  path: "/1.0/instances/c1/state",
  body: { action, timeout: -1, force: true },
});
const read = { method: "GET", path: "/1.0/instances/c1" };
const secondNic = { eth1: { type: "nic", nictype: "bridged", parent: "{bridge}" } };

/** About instances. */
export const instanceRegressions: readonly Sequence[] = [
  {
    name: "of what type an instance is comes behind its source, its profiles, its project and its name",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "limits.instances": "5" } } },
      make({ source: { type: "none" } }),
      ...["", "?project=pr1", "?project=nope"].flatMap((query) =>
        [
          {},
          { profiles: ["nope"] },
          { name: "a_b" },
          { source: { type: "frob" } },
          { source: { type: "image", alias: "nope" } },
          { source: { type: "image", properties: { os: "nope" } } },
          { source: { type: "image", properties: { os: "nope" }, server: "https://127.0.0.1:1" } },
          { source: { type: "copy", source: "nope" } },
          { source: { type: "copy", source: "c1", project: "default" } },
          { source: { type: "migration" } },
          { source: { type: "migration", mode: "push" } },
          { source: { type: "migration", mode: "push" }, architecture: "x86_64" },
          { instance_type: "frob" },
        ].map((extra) => ({
          method: "POST",
          path: `/1.0/instances${query}`,
          body: { name: "c2", source: { type: "none" }, devices, type: "frob", ...extra },
        })),
      ),
      { method: "POST", path: "/1.0/instances?project=nope", text: "{" },
    ],
  },
  {
    name: "a copy that nobody can make is refused for its source before its profiles and its name",
    calls: [
      make({ source: { type: "none" } }),
      ...[
        { name: "a_b", source: { type: "copy", source: "nope" } },
        { name: "c1", source: { type: "copy", source: "nope" }, profiles: ["nope"] },
        { name: "a_b", source: { type: "copy", source: "c1" }, profiles: ["nope"] },
        { name: "a/b", source: { type: "copy", source: "c1" } },
        { name: "a_b", source: { type: "copy" } },
        { name: "c1", source: { type: "copy", source: "c1" } },
      ].map((body) => ({ method: "POST", path: "/1.0/instances", body })),
    ],
  },
  {
    name: "a project is not heeded beside a pool by one family",
    calls: [
      { method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir" } },
      { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
      ...[
        { project: "nope" },
        { project: "nope", name: "c2" },
        { pool: "nope", project: "nope" },
        { pool: "pool1", project: "nope" },
        { pool: "pool1", project: "pr1" },
        { pool: "nope", project: "pr1", name: "c2" },
      ].flatMap((place) => [
        make({ source: { type: "none" } }),
        { method: "POST", path: "/1.0/instances/c1", body: { migration: true, ...place } },
        { method: "GET", path: "/1.0/instances?all-projects=true&recursion=1" },
        ...["c1", "c2"].flatMap((name) =>
          ["", "?project=pr1"].map((query) => ({ method: "DELETE", path: `/1.0/instances/${name}${query}` })),
        ),
      ]),
    ],
  },
  {
    name: "an ephemeral instance is removed before it is said to have stopped, which is said before the operation ends",
    calls: [make({ ephemeral: true }), change("start"), change("restart"), change("stop"), read],
  },
  {
    name: "a patch without a description takes it away",
    calls: [
      make({ description: "one" }),
      { method: "PATCH", path: "/1.0/instances/c1", body: { config: { "user.a": "1" } } },
      read,
    ],
  },
  {
    name: "a device that cannot be added leaves traces",
    calls: [
      {
        method: "POST",
        path: "/1.0/profiles",
        body: { name: "p1", devices: { d: { type: "nic", nictype: "bridged", parent: "nope" } } },
      },
      { method: "POST", path: "/1.0/instances", body: { name: "c1", profiles: ["default", "p1"], source: image } },
      { method: "PUT", path: "/1.0/profiles/p1", body: { devices: secondNic } },
      read,
    ],
  },
  {
    name: "an image that is not there comes before a bad name",
    calls: [
      { method: "POST", path: "/1.0/instances", body: { name: "-a", source: { type: "image", alias: "nope" } } },
      { method: "POST", path: "/1.0/instances", body: { name: "-a", profiles: ["nope"], source: { type: "image" } } },
    ],
  },
  {
    name: "an unknown type is told when nothing else is wrong, and of no copy",
    calls: [
      make(),
      ...[
        { name: "-a", source: { type: "none" } },
        { name: "c2", source: { type: "none" } },
        { name: "c2", source: { type: "none" }, profiles: ["nope"] },
        { name: "c2", source: { type: "none" }, config: { "no.such": "1" } },
        { name: "c2", source: { type: "none" }, architecture: "frob" },
        { name: "c2", source: { type: "image", alias: "nope" } },
        { name: "c2", source: { type: "image" } },
        { name: "c2", source: { type: "frob" } },
        { name: "c2", source: { type: "copy", source: "c1" } },
      ].map((body) => ({ method: "POST", path: "/1.0/instances", body: { ...body, type: "frob" } })),
    ],
  },
];
