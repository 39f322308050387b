import { makeInstance } from "../areas/instances.ts";
import type { Sequence } from "../call.ts";

const path = "/1.0/instances/c1";
const snapshot = { method: "POST", path: `${path}/snapshots`, body: { name: "s1" } };
const start = { method: "PUT", path: `${path}/state`, body: { action: "start" } };
const change = { method: "PATCH", path, body: { config: { "user.a": "x" }, description: "one" } };
const read = { method: "GET", path };
const restore = (extra: object = {}): Sequence["calls"][number] => ({
  method: "PUT",
  path,
  body: { restore: "s1", ...extra },
});

/** About ways back to a snapshot, and to the files of an image. */
export const restoreRegressions: readonly Sequence[] = [
  {
    name: "that a snapshot has no state is noticed when all but that has come back",
    calls: [
      makeInstance("c1"),
      snapshot,
      change,
      restore({ stateful: true }),
      read,
      start,
      restore({ stateful: true }),
    ],
  },
  {
    name: "a running instance is said to have started before it is said to have come back",
    calls: [makeInstance("c1"), snapshot, change, start, restore(), read],
  },
  {
    name: "a running ephemeral instance is stopped for it, and then again what it was",
    calls: [makeInstance("c1", { ephemeral: true }), snapshot, start, restore(), read],
  },
  {
    name: "what belongs to an ephemeral instance goes with it when it stops",
    calls: [
      makeInstance("c1", { ephemeral: true }),
      snapshot,
      { method: "POST", path: `${path}/backups`, body: { name: "b1" } },
      start,
      { method: "PUT", path: `${path}/state`, body: { action: "stop", force: true, timeout: -1 } },
    ],
  },
  {
    name: "a snapshot is never ephemeral, nor what comes back from it",
    calls: [
      makeInstance("c1", { ephemeral: true, source: { type: "none" } }),
      snapshot,
      { method: "GET", path: `${path}/snapshots/s1` },
      restore(),
      read,
    ],
  },
  ...[{ pool: "pool1" }, { project: "pr1" }].map((place) => ({
    name: `an instance that was rebuilt without files and moved to another ${Object.keys(place).join()} is to be shifted again`,
    calls: [
      { method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir" } },
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.profiles": "false" } } },
      makeInstance("c1"),
      { method: "POST", path: `${path}/rebuild`, body: { source: { type: "none" } } },
      { method: "POST", path, body: { migration: true, ...place } },
    ],
  })),
];
