import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "../server.ts";

describeOnServers("a pool that can be used", (real) => {
  test("is there, or the error names those that are", async () => {
    await using server = await openServer(connectUnix({ socketPath: real.socketPath }));
    const [pool = ""] = (await server.client.storagePools.list()).map(({ name }) => name);
    expect(await server.requireUsablePool(pool, { target: "elsewhere" })).toMatchObject({ name: pool });
    await expect(server.requireUsablePool("no-such-pool")).rejects.toMatchObject({
      code: "POOL_NOT_FOUND",
      hint: expect.stringContaining(pool),
    });
  });

  test("in a cluster, one that was announced on a member only", { timeout: 120_000 }, async () => {
    await using bed = await openTestbed({ flavour: real.flavour, members: 3 });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const { storagePools } = server.client;
    const [pool = ""] = (await storagePools.list()).map(({ name }) => name);
    expect(await server.requireUsablePool(pool, { target: "m2" })).toMatchObject({ status: "Created" });
    await expect(server.requireUsablePool(pool, { target: "m9" })).rejects.toMatchObject({
      code: "POOL_NOT_ON_MEMBER",
      hint: expect.stringContaining("m1, m2, m3"),
    });
    await storagePools.create({ name: "half", driver: "dir" }, { target: "m1" });
    await expect(server.requireUsablePool("half")).rejects.toMatchObject({ code: "POOL_NOT_READY" });
    await expect(server.requireUsablePool("half", { target: "m1" })).rejects.toMatchObject({
      message: "the storage pool half is Pending on m1, not Created",
    });
    await expect(server.requireUsablePool("half", { target: "m3" })).rejects.toMatchObject({
      code: "POOL_NOT_ON_MEMBER",
    });
  });
});
