import { type Area, type BodyRule, reads } from "../area.ts";
import type { ConfigTable } from "../choices.ts";

const config: ConfigTable = {
  size: ["1MiB", "0", ""],
  "security.shifted": ["true", "false"],
  "snapshots.expiry": ["1d"],
  "snapshots.pattern": ["snap%d"],
  "user.a": ["x", "y"],
  "user.b": ["1"],
};

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]) }),
  config: choices.config(config),
});

const badConfigs: readonly Readonly<Record<string, string>>[] = [
  { size: "much" },
  { "security.shifted": "perhaps" },
  { "no.such.key": "1" },
  { "snapshots.expiry": "soon" },
  { "block.filesystem": "ext4" },
  { "snapshots.schedule": "now and then" },
];
const bad: BodyRule = ({ one }) => ({ config: one(badConfigs) });

const badNames = ["", "a/b", "with space", ".", ".."];
const badSnapshotNames = ["", "a/b", "with space"];
const custom = "/1.0/storage-pools/default/volumes/custom";
const one = `${custom}/<volume>`;

const copy: BodyRule = (c) => ({
  type: "copy",
  name: c.fill("<volume>"),
  pool: c.one(["default", "default", "pool1"]),
  ...c.some({ volume_only: true }, 0.3),
});

const snapshot: BodyRule = (c) => ({
  ...c.some({ name: c.fill("<snapshot>"), expires_at: "2040-01-01T00:00:00Z" }, 0.7),
});
const snapshotContent: BodyRule = (c) =>
  c.some({ description: c.one(["", "one"]), expires_at: c.one(["2040-01-01T00:00:00Z", null]) });

/** Custom volumes and their snapshots. */
export const volumes: Area = {
  name: "volumes",
  isOfProject: true,
  prepare: (choices) => [
    ...(choices.chance(0.4)
      ? [{ method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir" } }]
      : []),
    { method: "POST", path: custom, body: { name: "v1", ...content(choices) } },
    { method: "POST", path: `${custom}/v1/snapshots`, body: { name: "s1" } },
    ...(choices.chance(0.4)
      ? [
          { method: "POST", path: custom, body: { name: "used" } },
          {
            method: "POST",
            path: "/1.0/instances",
            body: {
              name: "c1",
              source: { type: "none" },
              devices: {
                eth0: { type: "none" },
                data: { type: "disk", pool: "default", source: "used", path: "/mnt" },
              },
            },
          },
        ]
      : []),
  ],
  templates: [
    ...reads(`/1.0/storage-pools/default/volumes`, `/1.0/storage-pools/default/volumes?recursion=1`),
    ...reads(custom, `${custom}?recursion=1`, one, `${one}/state`, `/1.0/storage-pools/<pool>/volumes/custom`),
    ...reads("/1.0/storage-pools/default/volumes/container", "/1.0/storage-pools/default/volumes/container/<instance>"),
    ...reads("/1.0/storage-pools/default/volumes/frob", "/1.0/storage-pools/default/volumes/image?recursion=1"),
    ...reads(`${one}/snapshots`, `${one}/snapshots?recursion=1`, `${one}/snapshots/<snapshot>`),
    { method: "POST", path: custom, body: (c) => ({ name: c.fill("<volume>"), ...content(c) }), bad, weight: 2 },
    { method: "POST", path: custom, body: (c) => ({ name: c.one(badNames) }), weight: 0.4 },
    {
      method: "POST",
      path: custom,
      body: (c) => ({ name: c.fill("<volume>"), content_type: c.one(["filesystem", "frob"]) }),
      weight: 0.3,
    },
    {
      method: "POST",
      path: custom,
      body: (c) => ({ name: c.fill("<volume>"), source: { ...copy(c), name: c.fill("<volume>") } }),
      missing: ({ one: pick }) => ({
        source: pick([
          { type: "copy", name: "nope", pool: "default" },
          { type: "copy", name: "v1", pool: "nope" },
          { type: "frob", name: "v1" },
          { type: "copy", name: "v1/nope", pool: "default" },
        ]),
      }),
      weight: 1.5,
    },
    {
      method: "POST",
      path: "/1.0/storage-pools/default/volumes",
      body: (c) => ({ name: c.fill("<volume>"), type: c.one(["custom", "custom", "image", "frob"]), ...content(c) }),
      bad,
    },
    { method: "PUT", path: one, body: content, bad, weight: 1.5 },
    {
      method: "PUT",
      path: one,
      body: (c) => ({ restore: c.fill("<snapshot>") }),
      missing: () => ({ restore: "nope" }),
      weight: 0.7,
    },
    { method: "PATCH", path: one, body: content, bad, weight: 1.5 },
    { method: "POST", path: one, body: (c) => ({ name: c.fill("<volume>") }), weight: 1.5 },
    {
      method: "POST",
      path: one,
      body: (c) => ({ name: c.fill("<volume>"), pool: "pool1" }),
      missing: () => ({ pool: "nope" }),
      weight: 0.7,
    },
    { method: "POST", path: one, body: (c) => ({ name: c.one(badNames) }), weight: 0.3 },
    { method: "DELETE", path: one },
    { method: "GET", path: `${custom}/used`, weight: 0.5 },
    { method: "PUT", path: `${custom}/used`, body: content, bad, weight: 0.3 },
    // Incus takes half a minute for it.
    { method: "POST", path: `${custom}/used`, body: () => ({ name: "used2" }), flavours: ["lxd"], weight: 0.3 },
    { method: "DELETE", path: `${custom}/used`, weight: 0.3 },
    { method: "DELETE", path: "/1.0/storage-pools/default/volumes/container/<instance>", weight: 0.3 },
    { method: "POST", path: `${one}/snapshots`, body: snapshot, weight: 2 },
    { method: "POST", path: `${one}/snapshots`, body: (c) => ({ name: c.one(badSnapshotNames) }), weight: 0.3 },
    { method: "PUT", path: `${one}/snapshots/<snapshot>`, body: snapshotContent },
    { method: "PATCH", path: `${one}/snapshots/<snapshot>`, body: snapshotContent },
    { method: "POST", path: `${one}/snapshots/<snapshot>`, body: (c) => ({ name: c.fill("<snapshot>") }) },
    {
      method: "POST",
      path: `${one}/snapshots/<snapshot>`,
      body: (c) => ({ name: c.one(badSnapshotNames) }),
      weight: 0.3,
    },
    { method: "DELETE", path: `${one}/snapshots/<snapshot>`, weight: 0.7 },
  ],
};
