import { type Area, type BodyRule, reads } from "../area.ts";
import type { Call } from "../call.ts";
import type { Choices } from "../choices.ts";
import { badDevicesOrConfig, devices, instanceConfig, missingInDevices } from "./instance-config.ts";

const root = { root: { type: "disk", path: "/", pool: "default" } };

const content: BodyRule = (choices) => ({
  ...choices.some({
    description: choices.one(["", "one"]),
    ephemeral: choices.chance(0.2),
    profiles: choices.one([["default"], ["default", "p1"], []]),
    architecture: "x86_64",
  }),
  config: choices.config(instanceConfig),
  devices: { ...root, ...withoutBridge(devices(choices)), eth0: { type: "none" } },
});

/** Interfaces of no network, so that nothing depends on how fast an address comes. */
function withoutBridge({ eth1, ...others }: ReturnType<BodyRule>): ReturnType<BodyRule> {
  return { ...others, ...(eth1 === undefined ? {} : { eth1: { type: "nic", nictype: "p2p" } }) };
}

const source: BodyRule = ({ one }) =>
  one([
    { type: "image", alias: "tiny" },
    { type: "image", alias: "tiny" },
    { type: "image", fingerprint: "{tiny}" },
    { type: "none" },
  ]);

const missing: BodyRule = (choices) =>
  choices.one<BodyRule>([
    missingInDevices,
    () => ({ profiles: ["default", "nope"] }),
    () => ({ source: { type: "image", alias: "nope" } }),
    () => ({ source: { type: "image", fingerprint: "f".repeat(64) } }),
    () => ({ source: { type: "image" } }),
    () => ({ source: { type: "frob" } }),
    () => ({ source: {} }),
    () => ({ source: { type: "image", properties: { os: "nope" } } }),
  ])(choices);

const rules = { missing, bad: badDevicesOrConfig };

/** An instance of the given name without a network. */
export function makeInstance(name: string, extra: Readonly<Record<string, unknown>> = {}): Call {
  const body = {
    name,
    source: { type: "image", alias: "tiny" },
    devices: { ...root, eth0: { type: "none" } },
    ...extra,
  };
  return { method: "POST", path: "/1.0/instances", body };
}

const badNames = ["a/b", "-a", "a-", "1", "a_b", "a".repeat(64), "ünï"];

const action = (choices: Choices): Readonly<Record<string, unknown>> => ({
  action: choices.one(["start", "start", "stop", "stop", "restart", "freeze", "unfreeze", "frob"]),
  timeout: -1,
  force: true,
  ...choices.some({ stateful: false }, 0.2),
});

/** `/1.0/instances`. */
export const instances: Area = {
  name: "instances",
  isOfProject: true,
  prepare: ({ one }) => [
    { method: "POST", path: "/1.0/profiles", body: { name: "p1", config: { "user.p": "1" } } },
    makeInstance("c1", one([{}, { config: { "user.a": "x" } }, { profiles: ["default", "p1"] }])),
    { method: "GET", path: "/1.0/instances/c1" },
  ],
  templates: [
    ...reads("/1.0/instances", "/1.0/instances?recursion=1", "/1.0/instances?recursion=2", "/1.0/instances/<instance>"),
    ...reads("/1.0/instances/<instance>?recursion=1", "/1.0/instances?recursion=1&filter=name+eq+c1"),
    { method: "GET", path: "/1.0/instances?all-projects=true&recursion=1", weight: 0.5 },
    { method: "GET", path: "/1.0/instances?filter=status+eq+stopped+and+nonsense", weight: 0.3 },
    { method: "GET", path: "/1.0/instances/<instance>/state", weight: 2 },
    {
      method: "POST",
      path: "/1.0/instances",
      body: (c) => ({ name: c.fill("<instance>"), source: source(c), ...content(c) }),
      ...rules,
      weight: 2,
    },
    {
      method: "POST",
      path: "/1.0/instances",
      body: (c) => ({ name: c.one(badNames), source: source(c) }),
      weight: 0.3,
    },
    { method: "PUT", path: "/1.0/instances/<instance>", body: content, ...rules, weight: 2 },
    { method: "PATCH", path: "/1.0/instances/<instance>", body: content, ...rules, weight: 2 },
    { method: "DELETE", path: "/1.0/instances/<instance>", weight: 0.7 },
    { method: "PUT", path: "/1.0/instances/<instance>/state", body: action, weight: 6 },
  ],
};
