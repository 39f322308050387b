import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuCount, memoryMiB } from "./instance-limits.ts";

test("a pin set counts each of its CPUs once", () => {
  const range = fc.tuple(fc.nat(40), fc.nat(10)).map(([first, more]) => [first, first + more] as const);
  fc.assert(
    fc.property(fc.array(range, { minLength: 2, maxLength: 6 }), (ranges) => {
      const cpus = new Set(
        ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
      );
      const text = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
      expect(cpuCount(text)).toBe(cpus.size);
    }),
  );
});

test("any text gives a whole number that is not negative", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9, -]{0,30}$/)), (text) => {
      for (const value of [cpuCount(text), cpuCount(text, { parity: true }), memoryMiB(text)]) {
        expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
      }
    }),
  );
});

test("memory never grows by reading it", () => {
  fc.assert(
    fc.property(fc.nat(), (mebibytes) => {
      expect(memoryMiB(`${mebibytes}MiB`)).toBe(mebibytes);
      expect(memoryMiB(`${mebibytes}MB`)).toBe(Math.floor((mebibytes * 1_000_000) / 1_048_576));
    }),
  );
});
