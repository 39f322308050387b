import { type Area, type BodyRule, reads } from "../area.ts";
import type { Call } from "../call.ts";
import type { Choices } from "../choices.ts";
import { badDevicesOrConfig, devices, instanceConfig, missingInDevices } from "./instance-config.ts";

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]) }),
  config: choices.config(instanceConfig),
  devices: devices(choices),
});

const rules = { missing: missingInDevices, bad: badDevicesOrConfig };

/** A profile of the first name. */
function makeProfile(choices: Choices): Call {
  return { method: "POST", path: "/1.0/profiles", body: { name: "p1", ...content(choices) } };
}

const badNames = ["", "a/b", ".", "..", "with space", "ünï", "*", "default"];

/** `/1.0/profiles`. */
export const profiles: Area = {
  name: "profiles",
  isOfProject: true,
  prepare: (choices) => [
    makeProfile(choices),
    { method: "GET", path: "/1.0/profiles/p1" },
    ...(choices.chance(0.4)
      ? [
          {
            method: "POST",
            path: "/1.0/instances",
            body: { name: "c1", profiles: ["default", "p1"], source: { type: "none" } },
          },
        ]
      : []),
  ],
  templates: [
    ...reads("/1.0/profiles", "/1.0/profiles?recursion=1", "/1.0/profiles/<profile>", "/1.0/profiles/default"),
    { method: "GET", path: "/1.0/profiles?all-projects=true&recursion=1", weight: 0.5 },
    { method: "GET", path: "/1.0/profiles?recursion=1&filter=name+eq+p1", weight: 0.5 },
    {
      method: "POST",
      path: "/1.0/profiles",
      body: (c) => ({ name: c.fill("<profile>"), ...content(c) }),
      ...rules,
      weight: 3,
    },
    { method: "POST", path: "/1.0/profiles", body: ({ one }) => ({ name: one(badNames) }), weight: 0.5 },
    { method: "PUT", path: "/1.0/profiles/<profile>", body: content, ...rules, weight: 2 },
    { method: "PUT", path: "/1.0/profiles/default", body: content, ...rules, weight: 0.7 },
    { method: "PATCH", path: "/1.0/profiles/<profile>", body: content, ...rules, weight: 2 },
    { method: "POST", path: "/1.0/profiles/<profile>", body: (c) => ({ name: c.fill("<profile>") }), weight: 2 },
    { method: "POST", path: "/1.0/profiles/<profile>", body: ({ one }) => ({ name: one(badNames) }), weight: 0.5 },
    { method: "POST", path: "/1.0/profiles/default", body: () => ({ name: "p2" }), weight: 0.3 },
    { method: "DELETE", path: "/1.0/profiles/<profile>" },
    { method: "DELETE", path: "/1.0/profiles/default", weight: 0.3 },
  ],
};
