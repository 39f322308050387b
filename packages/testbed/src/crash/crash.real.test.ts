import { expect, test } from "vitest";
import { crashOpener } from "./crash-opener.ts";
import { leftovers } from "./leftovers.ts";
import { describeOnServers } from "../vitest/index.ts";

describeOnServers("a test bed whose program is killed", (server) => {
  test("leaves nothing, whatever was running in it", async () => {
    const trace = await crashOpener({ flavour: server.flavour, killAt: "launched" });
    await expect.poll(() => leftovers(trace), { timeout: 30_000, interval: 200 }).toEqual([]);
  });

  test("is removed by the next one when its supervisor was killed too", async () => {
    const trace = await crashOpener({ flavour: server.flavour, killAt: "launched", withSupervisor: true });
    await expect.poll(() => leftovers(trace), { timeout: 30_000, interval: 200 }).toEqual([]);
  });
});
