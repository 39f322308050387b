import { type Area, type BodyRule, reads } from "../area.ts";
import { makeInstance } from "./instances.ts";

const one = "/1.0/instances/<instance>";

const badNames: BodyRule = (c) => ({ name: c.one(["a/b", "-a", "1", "a_b", "", "a".repeat(64)]) });

const copy: BodyRule = (c) => ({
  name: c.fill("<instance>"),
  source: {
    type: "copy",
    ...c.one([
      { source: "c1/s1" },
      { source: c.fill("<instance>"), ...c.some({ instance_only: true, refresh: true }, 0.25) },
      { source: c.fill("<instance>"), ...c.some({ instance_only: true, refresh: true }, 0.25) },
    ]),
  },
  ...c.some(
    {
      config: { "user.a": "copied" },
      description: "a copy",
      profiles: c.one([["default"], []]),
      devices: { root: { type: "disk", path: "/", pool: c.one(["default", "pool1"]) } },
    },
    0.25,
  ),
});

const missingSource: BodyRule = (c) => ({
  source: {
    type: "copy",
    ...c.one([
      { source: "nope" },
      { source: "c1/nope" },
      { source: "nope/s1" },
      { source: "" },
      { source: "c1", project: "nope" },
      {},
    ]),
  },
});

const place: BodyRule = (c) => ({
  migration: true,
  ...c.one([{ pool: "pool1" }, { pool: "pool1" }, { pool: "default" }, { project: "pr2" }]),
  ...c.some({ name: c.fill("<instance>"), instance_only: true, live: c.chance(0.3) }, 0.4),
});

const rebuild: BodyRule = (c) => ({ source: c.one([{ type: "image", alias: "tiny" }, { type: "none" }]) });

/** Other names and places of instances, and copies of them. */
export const moves: Area = {
  name: "moves",
  isOfProject: true,
  prepare: ({ chance, one: pick }) => [
    { method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir" } },
    ...(chance(0.4) ? [{ method: "POST", path: "/1.0/projects", body: { name: "pr2" } }] : []),
    makeInstance(
      "c1",
      pick([{}, { config: { "user.a": "x" }, source: { type: "none" } }, { source: { type: "none" } }]),
    ),
    ...(chance(0.6) ? [{ method: "POST", path: "/1.0/instances/c1/snapshots", body: { name: "s1" } }] : []),
  ],
  templates: [
    ...reads("/1.0/instances?recursion=1", `${one}?recursion=1`, `${one}/snapshots?recursion=1`),
    { method: "POST", path: one, body: (c) => ({ name: c.fill("<instance>") }), bad: badNames, weight: 3 },
    {
      method: "POST",
      path: one,
      body: place,
      bad: badNames,
      missing: (c) => c.one([{ pool: "nope" }, { project: "nope" }]),
      weight: 2,
    },
    { method: "POST", path: `${one}?target=nope`, body: () => ({ migration: true }), weight: 0.3 },
    { method: "POST", path: "/1.0/instances", body: copy, missing: missingSource, bad: badNames, weight: 3 },
    {
      method: "POST",
      path: `${one}/rebuild`,
      body: rebuild,
      missing: (c) => ({
        source: c.one<Readonly<Record<string, string>>>([
          { type: "image", alias: "nope" },
          { type: "image", fingerprint: "f".repeat(64) },
          { type: "image" },
          { type: "frob" },
          {},
        ]),
      }),
      flavours: ["incus"],
      weight: 2,
    },
    { method: "GET", path: `${one}/access`, flavours: ["incus"] },
    { method: "GET", path: `${one}/debug/memory`, flavours: ["incus"] },
    { method: "DELETE", path: one, weight: 0.5 },
  ],
};

/** What is done to all instances of a project. */
export const bulk: Area = {
  name: "bulk",
  isOfProject: true,
  prepare: () => [makeInstance("c1")],
  templates: [
    { method: "GET", path: "/1.0/instances?recursion=1" },
    { method: "GET", path: one },
    {
      method: "PUT",
      path: "/1.0/instances",
      body: (c) => ({
        state: {
          action: c.one(["start", "stop", "restart", "freeze", "unfreeze", "frob"]),
          force: true,
          timeout: -1,
        },
      }),
      weight: 4,
    },
    { method: "DELETE", path: one, weight: 0.3 },
  ],
};
