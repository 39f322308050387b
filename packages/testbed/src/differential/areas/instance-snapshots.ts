import { type Area, type BodyRule, reads } from "../area.ts";
import { makeInstance } from "./instances.ts";

const list = "/1.0/instances/<instance>/snapshots";
const one = `${list}/<snapshot>`;

const snapshot: BodyRule = (c) => ({
  ...c.some({ name: c.fill("<snapshot>") }, 0.7),
  ...c.some({ expires_at: c.one(["2040-01-01T00:00:00Z", null]), stateful: false }, 0.3),
});

const badSnapshots: BodyRule = ({ one: pick }) =>
  pick<Readonly<Record<string, unknown>>>([
    { name: "a/b" },
    { name: "with space" },
    { name: "" },
    { name: "s1", stateful: true },
    { name: "s1", expires_at: "soon" },
    { name: "ünï" },
  ]);

const content: BodyRule = (c) => c.some({ expires_at: c.one(["2040-01-01T00:00:00Z", null]), description: "one" }, 0.7);

const patterns: BodyRule = ({ one: pick }) => ({
  config: pick([
    { "snapshots.pattern": "auto%d" },
    { "snapshots.pattern": "{{ creation_date|date:'2006' }}" },
    { "snapshots.pattern": "day-{{ creation_date|date:'2006' }}-%d" },
    { "snapshots.pattern": "" },
    { "snapshots.expiry": "3d" },
    { "snapshots.expiry": "" },
  ]),
});

/** Snapshots of instances. */
export const instanceSnapshots: Area = {
  name: "instance-snapshots",
  isOfProject: true,
  prepare: ({ one: pick }) => [
    makeInstance(
      "c1",
      pick([
        {},
        { source: { type: "none" }, config: { "user.a": "x", "snapshots.expiry": "1d" } },
        { source: { type: "none" }, config: { "snapshots.pattern": "auto%d" } },
      ]),
    ),
    { method: "POST", path: "/1.0/instances/c1/snapshots", body: { name: "s1" } },
  ],
  templates: [
    ...reads(list, `${list}?recursion=1`, one, one, "/1.0/instances/<instance>?recursion=1"),
    { method: "POST", path: list, body: snapshot, bad: badSnapshots, weight: 2 },
    { method: "PUT", path: one, body: content, bad: () => ({ expires_at: "soon" }) },
    { method: "PATCH", path: one, body: content, bad: () => ({ expires_at: "soon" }) },
    { method: "POST", path: one, body: (c) => ({ name: c.fill("<snapshot>") }), bad: badSnapshots },
    { method: "DELETE", path: one, weight: 0.7 },
    {
      method: "PUT",
      path: "/1.0/instances/<instance>",
      body: (c) => ({ restore: c.fill("<snapshot>") }),
      missing: (c) => ({ restore: c.one(["nope", "c2/s1", "c1/s1", "c1/nope"]) }),
      bad: () => ({ stateful: true }),
      weight: 1.5,
    },
    {
      method: "POST",
      path: "/1.0/instances",
      body: (c) => ({ name: "c2", source: { type: "copy", source: c.fill("c1/<snapshot>") } }),
      missing: () => ({ source: { type: "copy", source: "c1/nope" } }),
    },
    { method: "PATCH", path: "/1.0/instances/c1", body: patterns },
    { method: "DELETE", path: "/1.0/instances/<instance>", weight: 0.2 },
  ],
};
