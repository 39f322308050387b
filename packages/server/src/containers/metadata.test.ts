import { expect, test } from "vitest";
import { autoStartKey, modelKey, networkConfigKey, userDataKey } from "./config-keys.ts";
import { metadata } from "./metadata.ts";

test("row 23: what is under user., empty when it is absent", () => {
  const instance = { config: { "user.juju-model": "u", "limits.cpu": "2" } };
  expect(metadata(instance, "juju-model")).toBe("u");
  expect(metadata(instance, "user-data")).toBe("");
  expect(metadata(instance, "limits.cpu")).toBe("");
  expect(metadata({ config: {} }, "x")).toBe("");
});

test("the keys have the values of Juju", () => {
  expect([modelKey, userDataKey, networkConfigKey, autoStartKey]).toEqual([
    "user.juju-model",
    "user.user-data",
    "user.network-config",
    "boot.autostart",
  ]);
});
