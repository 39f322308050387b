import { expect, test } from "vitest";
import { main } from "./read-instance.ts";

test("read-instance", () => {
  expect(main('{"name":"web-1","type":"container","config":null}')).toMatchObject({ name: "web-1", config: {} });
});
