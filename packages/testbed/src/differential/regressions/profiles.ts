import type { Sequence } from "../call.ts";

const device = { type: "none" };

/** Profiles, as an example of what most objects do. */
export const profileRegressions: readonly Sequence[] = [
  {
    name: "a profile is looked for in its project before it is known that it is the default one",
    calls: [
      { method: "POST", path: "/1.0/profiles/default?project=nope", body: { name: "p2" } },
      { method: "POST", path: "/1.0/profiles/default", text: "{" },
      { method: "DELETE", path: "/1.0/profiles/default?project=nope" },
      { method: "PATCH", path: "/1.0/profiles/default", text: "[]" },
      { method: "PATCH", path: "/1.0/profiles/default", text: "null" },
    ],
  },
  {
    name: "a device that an instance could not get is not noted by a later change either",
    calls: [
      { method: "POST", path: "/1.0/profiles", body: { name: "p1" } },
      {
        method: "POST",
        path: "/1.0/instances",
        body: { name: "c1", profiles: ["default", "p1"], source: { type: "none" } },
      },
      {
        method: "PUT",
        path: "/1.0/profiles/default",
        body: {
          devices: {
            root: { type: "disk", path: "/", pool: "default" },
            eth0: { type: "nic", network: "{bridge}", name: "eth0" },
            eth1: { type: "nic", nictype: "bridged", parent: "{bridge}" },
          },
        },
      },
      { method: "PATCH", path: "/1.0/profiles/p1", body: { config: { "user.a": "x" } } },
      { method: "PATCH", path: "/1.0/profiles/p1", body: { config: { "linux.sysctl.": "1" } } },
    ],
  },
  {
    name: "a profile is made, read, changed, renamed and removed",
    calls: [
      { method: "GET", path: "/1.0/profiles/p1" },
      { method: "POST", path: "/1.0/profiles", body: { name: "a/b" } },
      {
        method: "POST",
        path: "/1.0/profiles",
        body: { name: "p1", description: "d", config: { "user.a": "", "user.b": "1" }, devices: { d1: device } },
      },
      { method: "GET", path: "/1.0/profiles/p1" },
      { method: "GET", path: "/1.0/profiles?recursion=1" },
      { method: "PUT", path: "/1.0/profiles/p1", body: { description: "x" }, headers: { "If-Match": "wrong" } },
      { method: "PATCH", path: "/1.0/profiles/p1", body: { devices: { d2: device } }, ifMatch: "seen" },
      { method: "GET", path: "/1.0/profiles/p1" },
      { method: "PUT", path: "/1.0/profiles/p1", body: { config: { "no.such.key": "1" } } },
      { method: "POST", path: "/1.0/profiles/p1", body: { name: "p2" } },
      { method: "GET", path: "/1.0/profiles" },
      { method: "DELETE", path: "/1.0/profiles/p2" },
    ],
  },
  {
    name: "a profile names the instances that have it, and stays while they do",
    calls: [
      { method: "POST", path: "/1.0/profiles", body: { name: "p1" } },
      {
        method: "POST",
        path: "/1.0/instances",
        body: { name: "c1", profiles: ["default", "p1"], source: { type: "none" } },
      },
      { method: "GET", path: "/1.0/profiles/p1" },
      { method: "DELETE", path: "/1.0/profiles/p1" },
      { method: "DELETE", path: "/1.0/instances/c1" },
      { method: "DELETE", path: "/1.0/profiles/p1" },
    ],
  },
  {
    name: "a profile is said to have changed after its instances by a PUT, before them by a PATCH",
    calls: [
      { method: "POST", path: "/1.0/profiles", body: { name: "p1" } },
      {
        method: "POST",
        path: "/1.0/instances",
        body: { name: "c1", profiles: ["default", "p1"], source: { type: "none" } },
      },
      { method: "PUT", path: "/1.0/profiles/p1", body: { config: { "user.a": "1" } } },
      { method: "PATCH", path: "/1.0/profiles/p1", body: { config: { "user.b": "1" } } },
      { method: "PUT", path: "/1.0/profiles/p1", body: { config: { "no.such.key": "1" } } },
    ],
  },
  {
    name: "profiles of all projects are those of one project after the other",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
      { method: "POST", path: "/1.0/profiles?project=pr1", body: { name: "a1" } },
      { method: "GET", path: "/1.0/profiles?all-projects=true&recursion=1" },
      { method: "GET", path: "/1.0/profiles?all-projects=true&project=nope" },
      {
        method: "POST",
        path: "/1.0/profiles?project=pr1",
        body: { name: "p2", devices: { d: { type: "nic", network: "nope" } } },
      },
    ],
  },
  {
    name: "a network names an instance once for each of its interfaces there",
    calls: [
      {
        method: "POST",
        path: "/1.0/profiles",
        body: { name: "p2", devices: { d: { type: "nic", nictype: "bridged", parent: "{bridge}" } } },
      },
      {
        method: "POST",
        path: "/1.0/profiles",
        body: { name: "p1", devices: { d: { type: "nic", network: "{bridge}" } } },
      },
      {
        method: "POST",
        path: "/1.0/instances",
        body: { name: "c1", profiles: ["default", "p2"], source: { type: "none" } },
      },
      { method: "GET", path: "/1.0/networks/{bridge}" },
    ],
  },
];
