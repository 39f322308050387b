import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { exitCodeOf } from "./exit-code.ts";

const error = (code: string): LxdkitError => new LxdkitError(code, { code });

test.each([
  ["BAD_INSTANCE_NAME", 2],
  ["IMAGE_NOT_FOUND", 3],
  ["MACHINE_ID_INVALID", 2],
  ["NAME_TAKEN", 4],
  ["CONTAINER_FOREIGN", 4],
  ["CONTAINER_RUNNING", 5],
  ["SOCKET_NOT_FOUND", 6],
  ["SOCKET_FORBIDDEN", 7],
  ["ADDRESS_TIMEOUT", 124],
  ["INTERRUPTED", 130],
  ["SOMETHING_ELSE", 1],
])("%s ends with %i", (code, expected) => {
  expect(exitCodeOf(error(code))).toBe(expected);
});

test("several failures end with their common code, different ones with 1", () => {
  const all = (...codes: readonly string[]): MultipleErrors =>
    new MultipleErrors("x", codes.map(error), { code: "SOME_FAILED" });
  expect(exitCodeOf(all("NOT_FOUND", "CONTAINER_NOT_FOUND"))).toBe(3);
  expect(exitCodeOf(all("NOT_FOUND", "NAME_TAKEN"))).toBe(1);
  expect(exitCodeOf(new Error("plain"))).toBe(1);
});
