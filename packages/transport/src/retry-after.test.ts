import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = (): number => Date.parse("2024-01-01T00:00:00Z");

test.each([
  ["0", 0],
  ["3", 3_000],
  ["Mon, 01 Jan 2024 00:00:05 GMT", 5_000],
  ["Sun, 31 Dec 2023 23:59:55 GMT", 0],
  ["soon", undefined],
  ["-1", undefined],
  ["", undefined],
  ["9".repeat(400), undefined],
  [["1", "2"], undefined],
  [undefined, undefined],
])("retry-after: %j means %j ms", (value, ms) => {
  expect(retryAfterMs({ "retry-after": value }, now)).toBe(ms);
});
