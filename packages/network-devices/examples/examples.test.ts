import { expect, test } from "vitest";
import { main } from "./scope.ts";

test("scope", () => {
  expect(main()).toEqual(["link-local", "cloud-local", "public", undefined]);
});
