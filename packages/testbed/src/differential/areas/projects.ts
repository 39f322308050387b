import { type Area, type BodyRule, reads } from "../area.ts";
import type { ConfigTable } from "../choices.ts";

const config: ConfigTable = {
  "features.images": ["true", "false"],
  "features.profiles": ["true", "false"],
  "features.storage.volumes": ["true", "false"],
  "features.networks": ["false"],
  "limits.instances": ["3", "0"],
  "limits.containers": ["2"],
  "limits.memory": ["1GiB"],
  "images.auto_update_interval": ["5"],
  restricted: ["true", "false"],
  "restricted.containers.nesting": ["allow", "block"],
  "user.a": ["x"],
};

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]) }),
  config: choices.config(config),
});

const badConfigs: readonly Readonly<Record<string, string>>[] = [
  { "features.images": "perhaps" },
  { "limits.instances": "many" },
  { "limits.instances": "-1" },
  { "limits.memory": "much" },
  { "restricted.containers.nesting": "never" },
  { "no.such.key": "1" },
  { restricted: "5" },
];

const bad: BodyRule = ({ one }) => ({ config: one(badConfigs) });
const badNames = ["", "a/b", ".", "..", "with space", "under_score", "*", "it's"];

/** `/1.0/projects`. */
export const projects: Area = {
  name: "projects",
  prepare: (choices) => [
    { method: "POST", path: "/1.0/projects", body: { name: "pr1", ...content(choices) } },
    { method: "GET", path: "/1.0/projects/pr1" },
    ...(choices.chance(0.4)
      ? [{ method: "POST", path: "/1.0/profiles?project=pr1", body: { name: "p1", devices: {} } }]
      : []),
  ],
  templates: [
    ...reads("/1.0/projects", "/1.0/projects?recursion=1", "/1.0/projects/<project>", "/1.0/projects/default"),
    ...reads("/1.0/projects/<project>/state", "/1.0/projects/default/state"),
    { method: "GET", path: "/1.0/projects/<project>/access", flavours: ["incus"] },
    {
      method: "POST",
      path: "/1.0/projects",
      body: (c) => ({ name: c.fill("<project>"), ...content(c) }),
      bad,
      weight: 3,
    },
    { method: "POST", path: "/1.0/projects", body: ({ one }) => ({ name: one(badNames) }), weight: 0.5 },
    { method: "PUT", path: "/1.0/projects/<project>", body: content, bad, weight: 2 },
    { method: "PUT", path: "/1.0/projects/default", body: content, bad, weight: 0.4 },
    { method: "PATCH", path: "/1.0/projects/<project>", body: content, bad, weight: 2 },
    { method: "POST", path: "/1.0/projects/<project>", body: (c) => ({ name: c.fill("<project>") }), weight: 2 },
    { method: "POST", path: "/1.0/projects/<project>", body: ({ one }) => ({ name: one(badNames) }), weight: 0.5 },
    { method: "POST", path: "/1.0/projects/default", body: () => ({ name: "pr2" }), weight: 0.3 },
    { method: "DELETE", path: "/1.0/projects/<project>" },
    { method: "DELETE", path: "/1.0/projects/default", weight: 0.3 },
    {
      method: "POST",
      path: "/1.0/profiles?project=<project>",
      body: () => ({ name: "p2" }),
      weight: 0.7,
      isSpoilt: false,
    },
    { method: "DELETE", path: "/1.0/profiles/p1?project=<project>", weight: 0.7, isSpoilt: false },
  ],
};
