import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { main } from "./launch.ts";

test("launch", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
  expect(await main(fake.socketPath)).toMatch(/^10\./);
});
