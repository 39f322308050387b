import fc from "fast-check";
import { expect, test } from "vitest";
import { isNeverUsed, isUnsetTime, readTime } from "./server-time.ts";

test.each([null, undefined, "", "0001-01-01T00:00:00Z"])("%j is unset", (time) => {
  expect(isUnsetTime(time)).toBe(true);
  expect(readTime(time)).toBeUndefined();
  expect(isNeverUsed(time)).toBe(true);
});

test("an instance that never ran was last used in 1970", () => {
  expect(isUnsetTime("1970-01-01T00:00:00Z")).toBe(false);
  expect(isNeverUsed("1970-01-01T00:00:00Z")).toBe(true);
  expect(isNeverUsed("2026-11-22T03:50:44.856848497Z")).toBe(false);
});

test("nanoseconds and zones are read", () => {
  expect(readTime("2026-11-22T03:50:44.043908189Z")?.toISOString()).toBe("2026-11-22T03:50:44.043Z");
  expect(readTime("2026-11-22T03:50:44+01:00")?.toISOString()).toBe("2026-11-22T02:50:44.000Z");
});

test.each(["soon", "2026", "2026-13-01T00:00:00Z"])("%j is no time", (time) => {
  expect(readTime(time)).toBeUndefined();
});

test("any text is a time or is not, without throwing; written times are read back", () => {
  fc.assert(
    fc.property(fc.string(), fc.date({ noInvalidDate: true, min: new Date(1), max: new Date(4e12) }), (text, date) => {
      expect([true, false]).toContain(isNeverUsed(text));
      expect(readTime(date.toISOString())?.getTime()).toBe(date.getTime());
    }),
  );
});
