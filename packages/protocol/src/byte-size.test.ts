import { expect, test } from "vitest";
import { formatByteSize, parseByteSize } from "./byte-size.ts";

test.each([
  ["0", 0n],
  ["007", 7n],
  ["1048576", 1_048_576n],
  ["1B", 1n],
  ["100 bytes", 100n],
  ["1kB", 1000n],
  ["512MB", 512_000_000n],
  ["1GB", 1_000_000_000n],
  ["1TB", 10n ** 12n],
  ["1PB", 10n ** 15n],
  ["9EB", 9n * 10n ** 18n],
  ["1KiB", 1024n],
  ["1MiB", 1n << 20n],
  ["2GiB", 1n << 31n],
  ["1TiB", 1n << 40n],
  ["1PiB", 1n << 50n],
  ["7EiB", 7n << 60n],
  ["9223372036854775807", (1n << 63n) - 1n],
])("%j is read", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each([
  "",
  "B",
  "1gb",
  "1gB",
  "1KB",
  "1kiB",
  "1 GB",
  "1.5GiB",
  "-1",
  "+1",
  "50%",
  " 1",
  "1\n",
  "1bytes",
  "1 Bytes",
])("%j is refused", (text) => {
  expect(() => parseByteSize(text)).toThrow(expect.objectContaining({ code: "BAD_BYTE_SIZE" }));
});

test.each(["8EiB", "10EB", "9223372036854775808", "9".repeat(1_000_000)])("more than 63 bits overflow", (text) => {
  expect(() => parseByteSize(text)).toThrow(expect.objectContaining({ code: "BYTE_SIZE_OVERFLOW" }));
});

test.each([
  [0, "0B"],
  [1, "1B"],
  [1000, "1kB"],
  [1001, "1001B"],
  [1024n, "1KiB"],
  [1024n * 1000n, "1000KiB"],
  [1n << 30n, "1GiB"],
  [3n << 60n, "3EiB"],
  [2 ** 53, "8PiB"],
])("%s bytes are written as %s", (bytes, text) => {
  expect(formatByteSize(bytes)).toBe(text);
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -1n])("%s bytes cannot be written", (bytes) => {
  expect(() => formatByteSize(bytes)).toThrow(expect.objectContaining({ code: "BAD_BYTE_SIZE" }));
});
