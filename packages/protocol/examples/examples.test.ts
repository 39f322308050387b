import { expect, test } from "vitest";
import { main } from "./read-instance.ts";

test("read-instance", () => {
  expect(main('{"name":"web-1","type":"container","config":null}')).toBeUndefined();
  expect(main('{"name":"web-1","type":"container","config":{"limits.cpu":"2"}}')).toBe("2");
});
