import { expect, test } from "vitest";
import { builtInNames } from "./built-in-names.ts";
import { builtIns } from "./built-ins.ts";

test("every built-in program has its file, and every file its program", () => {
  expect(builtInNames.toSorted()).toEqual(Object.keys(builtIns).toSorted());
});
