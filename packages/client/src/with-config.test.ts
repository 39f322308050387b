import { expect, test } from "vitest";
import { withConfig } from "./with-config.ts";

test("a body gets an empty config where it has none, and keeps its own", () => {
  expect(withConfig({ description: "d", config: { a: "1" } })).toEqual({ description: "d", config: { a: "1" } });
  expect(JSON.stringify(withConfig({}))).toBe('{"config":{}}');
});
