import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { main } from "./start-instance.ts";

test("start-instance", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
  expect(await main(fake.socketPath)).toMatchObject({ status: "Success" });
});
