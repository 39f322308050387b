import { expect, test } from "vitest";
import { isInstanceName } from "./instance-name.ts";

// name, accepted by LXD 5.0.2, accepted by Incus 6.0.4
test.each([
  ["c1", true, true],
  ["a", true, true],
  ["A-b-3", true, true],
  ["1a", false, true],
  ["123", false, false],
  ["", false, false],
  ["-a", false, false],
  ["a-", false, false],
  ["a_b", false, false],
  ["a.b", false, false],
  ["ä", false, false],
  ["a\n", false, false],
  ["a".repeat(63), true, true],
  ["a".repeat(64), false, false],
])("%j", (name, lxd, incus) => {
  expect([isInstanceName(name, "lxd"), isInstanceName(name, "incus")]).toEqual([lxd, incus]);
});
