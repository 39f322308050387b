import { expect, test } from "vitest";
import { main } from "./make-certificate.ts";

test("make-certificate", async () => {
  expect(await main()).toMatch(/^[0-9a-f]{64}$/);
});
