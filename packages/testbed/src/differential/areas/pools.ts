import { type Area, type BodyRule, reads } from "../area.ts";
import type { ConfigTable } from "../choices.ts";

const config: ConfigTable = { "rsync.bwlimit": ["1MiB"], "rsync.compression": ["true", "false"], "user.a": ["x", "y"] };

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]) }),
  config: choices.config(config),
});

const bad: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { config: { "no.such.key": "1" } },
    { config: { "rsync.compression": "perhaps" } },
    { config: { "volume.size": "much" } },
    { config: { size: "1GiB" } },
    { config: { source: "/no/such/folder" } },
    { driver: "frob" },
    { driver: "" },
  ]);

const badNames = ["", "a/b", "with space"];

/** `/1.0/storage-pools`. */
export const pools: Area = {
  name: "pools",
  prepare: (choices) => [
    { method: "POST", path: "/1.0/storage-pools", body: { name: "pool1", driver: "dir", ...content(choices) } },
    { method: "GET", path: "/1.0/storage-pools/pool1" },
    ...(choices.chance(0.4)
      ? [{ method: "POST", path: "/1.0/storage-pools/pool1/volumes/custom", body: { name: "v1" } }]
      : []),
    ...(choices.chance(0.4)
      ? [
          {
            method: "POST",
            path: "/1.0/profiles",
            body: { name: "p1", devices: { root: { type: "disk", path: "/", pool: "pool1" } } },
          },
        ]
      : []),
  ],
  templates: [
    ...reads("/1.0/storage-pools", "/1.0/storage-pools?recursion=1", "/1.0/storage-pools/<pool>"),
    ...reads("/1.0/storage-pools/default", "/1.0/storage-pools/<pool>/resources", "/1.0/storage-pools/<pool>/volumes"),
    {
      method: "POST",
      path: "/1.0/storage-pools",
      body: (c) => ({ name: c.fill("<pool>"), driver: "dir", ...content(c) }),
      bad,
      weight: 2,
    },
    {
      method: "POST",
      path: "/1.0/storage-pools",
      body: ({ one }) => ({ name: one(badNames), driver: "dir" }),
      weight: 0.4,
    },
    { method: "PUT", path: "/1.0/storage-pools/<pool>", body: content, bad, weight: 2 },
    { method: "PATCH", path: "/1.0/storage-pools/<pool>", body: content, bad, weight: 2 },
    { method: "DELETE", path: "/1.0/storage-pools/<pool>" },
    { method: "DELETE", path: "/1.0/storage-pools/default", weight: 0.3 },
    { method: "DELETE", path: "/1.0/profiles/p1", weight: 0.5, isSpoilt: false },
    { method: "DELETE", path: "/1.0/storage-pools/pool1/volumes/custom/v1", weight: 0.5, isSpoilt: false },
  ],
};
