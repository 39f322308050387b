import { expect, test } from "vitest";
import { summarise } from "./summary.ts";

test("the median of an odd number of measurements is the middle one", () => {
  expect(summarise([3, 1, 10])).toEqual({ min: 1, median: 3, max: 10 });
});

test("the median of an even number of measurements is between the two middle ones", () => {
  expect(summarise([4, 1, 10, 2])).toEqual({ min: 1, median: 3, max: 10 });
});

test("numbers are not compared as text", () => {
  expect(summarise([9, 10, 100]).median).toBe(10);
});

test("nothing measured is an error", () => {
  expect(() => summarise([])).toThrow(RangeError);
});
