import { expect, test } from "vitest";
import { timeField } from "./time-field.ts";

test.each([
  ["2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z"],
  ["2030-01-01T02:00:00+02:00", "2030-01-01T00:00:00Z"],
  ["2030-01-01T00:00:00.250Z", "2030-01-01T00:00:00.25Z"],
  ["2030-01-01T00:00:00.000Z", "2030-01-01T00:00:00Z"],
  ["2030-01-01T02:00:00.125+02:00", "2030-01-01T00:00:00.125Z"],
])("the time %s is printed as %s", (text, printed) => {
  expect(timeField("lxd", { at: text }, "at")).toBe(printed);
});

test("a missing time is none", () => {
  expect(timeField("lxd", {}, "at")).toBeUndefined();
  expect(timeField("incus", { at: null }, "at")).toBeUndefined();
});

test("each family says in its own way that a text is no time", () => {
  expect(() => timeField("incus", { at: "xx" }, "at")).toThrow(
    'parsing time "xx" as "2006-01-02T15:04:05Z07:00": cannot parse "xx" as "2006"',
  );
  expect(() => timeField("lxd", { at: "xx" }, "at")).toThrow(
    String.raw`parsing time "\"xx\"" as "\"2006-01-02T15:04:05Z07:00\"": cannot parse "xx\"" as "2006"`,
  );
});
