import { describe, expect, test } from "vitest";
import { expiryTime, isExpiry } from "./snapshot-expiry.ts";
import { nextSnapshotName } from "./snapshot-name.ts";

const now = Date.parse("2026-11-24T09:05:07Z");

describe("nextSnapshotName", () => {
  test.each([
    ["", [], "snap0"],
    ["", ["snap0", "snap7", "snapx", "other"], "snap8"],
    ["x-%d-y", ["x-3-y", "x-9"], "x-4-y"],
    ["fix", [], "fix"],
    ["fix", ["fix"], "fix-0"],
    ["fix", ["fix", "fix-0"], "fix-1"],
    ["{{ creation_date|date:'2006-01-02_15-04-05' }}", [], "2026-11-24_09-05-07"],
    ['d{{creation_date|date:"06"}}', [], "d26"],
    ["a{{ unknown }}b", [], "ab"],
  ] as const)("of the pattern %j where there is %j is %s", (pattern, taken, name) => {
    expect(nextSnapshotName(pattern, taken, now)).toBe(name);
  });

  test("refuses a pattern that is no template", () => {
    expect(() => nextSnapshotName("{{ nope", [], now)).toThrow("Line 1 Col 28 near '{%'] '}}' expected");
  });
});

describe("expiryTime", () => {
  test.each([
    ["1M", "2026-11-24T09:06:07.000000001Z"],
    ["2H 30M", "2026-11-24T11:35:07.000000001Z"],
    ["1w", "2026-12-01T09:05:07.000000001Z"],
    ["1m 1y", "2027-12-24T09:05:07.000000001Z"],
    ["", "0001-01-01T00:00:00Z"],
    ["banana", "0001-01-01T00:00:00Z"],
  ])("of %j", (expression, time) => {
    expect(expiryTime(expression, now)).toBe(time);
  });

  test.each(["1d", "3H 2M", "5S"])("%j is an expiry", (text) => {
    expect(isExpiry(text)).toBe(true);
  });

  test.each(["", "d1", "1x", "1 d", "banana"])("%j is none", (text) => {
    expect(isExpiry(text)).toBe(false);
  });
});
