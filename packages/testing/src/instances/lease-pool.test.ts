import { expect, test } from "vitest";
import { createRandom } from "../core/random.ts";
import { createLeasePool } from "./lease-pool.ts";

test("a bridge gives each of its addresses once, and again when they are free", () => {
  const pool = createLeasePool(createRandom(1));
  const given = Array.from({ length: 253 }, () => pool.take("10.1.2.1/24") ?? "");
  expect(new Set(given).size).toBe(253);
  expect(given.every((address) => /^10\.1\.2\.([2-9]|\d\d|1\d\d|2[0-4]\d|25[0-4])$/.test(address))).toBe(true);
  expect(pool.take("10.1.2.1/24")).toBeUndefined();
  expect(pool.take("10.1.3.1/24")).toMatch(/^10\.1\.3\./);
  pool.free("10.1.2.77");
  expect(pool.take("10.1.2.1/24")).toBe("10.1.2.77");
});

test("an address that is kept is not given", () => {
  const pool = createLeasePool(createRandom(1));
  pool.keep("10.1.2.200");
  const given = Array.from({ length: 252 }, () => pool.take("10.1.2.1/24"));
  expect(given).not.toContain("10.1.2.200");
  expect(pool.take("10.1.2.1/24")).toBeUndefined();
});
