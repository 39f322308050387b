import { expect, test } from "vitest";
import { isVersionAtLeast, parseVersion } from "./version.ts";

test.each([
  ["5.0.2", [5, 0, 2]],
  ["6.9", [6, 9, 0]],
  [" 3.10 ", [3, 10, 0]],
  ["5.21.7 LTS", [5, 21, 7]],
  ["2.0.0.rc4", [2, 0, 0]],
  ["6.0.4-2+deb12u1", [6, 0, 4]],
])("%j is read", (text, [major, minor, patch]) => {
  expect(parseVersion(text)).toEqual({ major, minor, patch });
});

test.each(["", "5", "5.", "v5.0", "garbage", "5.x", "5.0.2.1", "-1.2", "5.0x", "9".repeat(20) + ".1"])(
  "%j is no version",
  (text) => {
    expect(parseVersion(text)).toBeUndefined();
    expect(isVersionAtLeast(text, "0.0")).toBe(false);
  },
);

test.each([
  ["3.10", "3.10", true],
  ["3.10.0", "3.10", true],
  ["3.9", "3.10", false],
  ["3.9.99", "3.10", false],
  ["4.0", "3.10", true],
  ["2.0.11", "3.10", false],
  ["5.0", "5.0.1", false],
  ["5.0", "garbage", false],
])("%s is at least %s: %s", (text, wanted, expected) => {
  expect(isVersionAtLeast(text, wanted)).toBe(expected);
});
