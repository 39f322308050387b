import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { main } from "./read-server.ts";

test("read-server", async () => {
  await using fake = await startFakeServer();
  expect(await main({ LXD_SOCKET: fake.socketPath })).toMatchObject({ server: { api_version: "1.0" } });
});
