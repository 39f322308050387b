import { expect, test } from "vitest";
import { cpuCount, memoryMiB } from "./instance-limits.ts";

// Row 25 of the cases of containers: limits.cpu, CPUs, the same with parity.
test.each([
  [undefined, 0, 0],
  ["", 0, 0],
  ["2", 2, 2],
  [" 3", 3, 3],
  ["2,4", 2, 2],
  ["0-3", 4, 0],
  ["1-2", 2, 1],
  ["1-1", 1, 1],
  ["0-3,2,5", 5, 0],
  ["5,0-3", 5, 5],
  ["0-999999999", 1_000_000_000, 0],
  ["3-1", 0, 3],
  ["2,", 0, 2],
  ["-1", 0, 0],
  ["abc", 0, 0],
  ["9".repeat(40), 0, 0],
])("limits.cpu %j", (limit, cpus, parity) => {
  expect(cpuCount(limit)).toBe(cpus);
  expect(cpuCount(limit, { parity: true })).toBe(parity);
});

test.each([
  [undefined, 0],
  ["1MiB", 1],
  ["2GiB", 2048],
  ["512MB", 488],
  ["1GB", 953],
  ["1024MB", 976],
  ["1500MB", 1430],
  ["2046MB", 1951],
  ["1000kB", 0],
  ["1TB", 953_674],
  ["1PB", 953_674_316],
  ["3PiB", 3_221_225_472],
  ["4PiB", 4_294_967_295],
  ["5PiB", 4_294_967_295],
  ["1048575", 0],
  ["1048576", 1],
  ["1048576B", 1],
  ["1024KiB", 1],
  ["50%", 0],
  ["1gb", 0],
  ["", 0],
  ["8EiB", 0],
])("limits.memory %j is %d MiB", (limit, mebibytes) => {
  expect(memoryMiB(limit)).toBe(mebibytes);
});
