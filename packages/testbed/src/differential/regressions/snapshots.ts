import { makeInstance } from "../areas/instances.ts";
import type { Sequence } from "../call.ts";

const c1 = {
  method: "POST",
  path: "/1.0/instances",
  body: {
    name: "c1",
    source: { type: "none" },
    devices: { root: { type: "disk", path: "/", pool: "default" }, eth0: { type: "none" } },
  },
};
const snapshots = "/1.0/instances/c1/snapshots";

/** Snapshots, backups and copies of instances. */
export const snapshotRegressions: readonly Sequence[] = [
  {
    name: "an expiry that is no text leaves a snapshot as it is",
    calls: [
      makeInstance("c1", { source: { type: "none" } }),
      { method: "POST", path: "/1.0/instances/c1/snapshots", body: { name: "s1", expires_at: "2040-01-01T00:00:00Z" } },
      ...["PUT", "PATCH"].flatMap((method) =>
        [{ a: "map" }, 5, null, "", "soon"].map((expiry) => ({
          method,
          path: "/1.0/instances/c1/snapshots/s1",
          body: { expires_at: expiry },
        })),
      ),
      { method: "GET", path: "/1.0/instances/c1/snapshots/s1" },
    ],
  },
  {
    name: "the new name of a snapshot is read from a map on one family, and all of its body on the other",
    calls: [
      c1,
      { method: "POST", path: snapshots, body: { name: "s1" } },
      ...[{}, { name: 5 }, { name: null }, { live: 5 }, { name: 5, target: 5 }, { migration: "yes", name: 5 }].map(
        (body) => ({ method: "POST", path: `${snapshots}/s1`, body }),
      ),
      { method: "POST", path: `${snapshots}/s1`, body: { migration: true, name: 5 } },
      { method: "POST", path: `${snapshots}/s1`, text: "[]" },
      { method: "POST", path: `${snapshots}/s1`, text: "null" },
    ],
  },
  {
    name: "a snapshot of an instance that is not there is told in another way than one that is not there itself",
    calls: [
      c1,
      { method: "GET", path: "/1.0/instances/nope/snapshots/s1" },
      { method: "GET", path: `${snapshots}/nope` },
      { method: "POST", path: "/1.0/instances", body: { name: "c2", source: { type: "copy", source: "nope/s1" } } },
      { method: "POST", path: "/1.0/instances/c1/snapshots?project=nope", body: { name: "s1" } },
    ],
  },
  {
    name: "what happens to a snapshot and a name is told before the operation ends",
    calls: [
      c1,
      { method: "POST", path: snapshots, body: { name: "s1" } },
      { method: "POST", path: `${snapshots}/s1`, body: { name: "s2" } },
      { method: "DELETE", path: `${snapshots}/s2` },
      { method: "POST", path: "/1.0/instances/c1", body: { name: "c2" } },
    ],
  },
  {
    name: "the source of a copy is looked up before the name is checked",
    calls: [
      { method: "POST", path: "/1.0/instances", body: { name: "-a", source: { type: "copy", source: "nope" } } },
      { method: "POST", path: "/1.0/instances", body: { name: "-a", source: { type: "image", alias: "nope" } } },
    ],
  },
  {
    name: "the snapshots of a copy have its profiles, and on Incus the generation of its first day",
    calls: [
      c1,
      { method: "POST", path: snapshots, body: { name: "s1" } },
      { method: "PUT", path: "/1.0/instances/c1", body: { restore: "s1" } },
      { method: "POST", path: snapshots, body: { name: "s2" } },
      { method: "POST", path: "/1.0/instances", body: { name: "c2", source: { type: "copy", source: "c1" } } },
      {
        method: "POST",
        path: "/1.0/instances",
        body: { name: "c2", source: { type: "copy", source: "c1", refresh: true } },
      },
    ],
  },
  {
    name: "a patch restores nothing",
    calls: [c1, { method: "PATCH", path: "/1.0/instances/c1", body: { restore: "s1" } }],
  },
  {
    name: "a backup of an instance without files holds none, may keep its name, and comes back",
    calls: [
      c1,
      { method: "POST", path: "/1.0/instances/c1/backups", body: { name: "b1" } },
      { method: "GET", path: "/1.0/instances/c1/backups/b1/export" },
      { method: "POST", path: "/1.0/instances/c1/backups/b1", body: { name: "b1" } },
      { method: "POST", path: "/1.0/instances/c1/backups", text: "[]" },
      { method: "GET", path: "/1.0/instances/nope/backups/b1" },
      {
        method: "POST",
        path: "/1.0/instances",
        sends: "archive",
        headers: { "Content-Type": "application/octet-stream", "{Prefix}name": "c2" },
      },
    ],
  },
];
