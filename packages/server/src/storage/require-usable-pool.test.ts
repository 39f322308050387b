import { type FakeServer, startFakeServer, withPool } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { createClient } from "@lxdkit/client";
import { describe, expect, test } from "vitest";
import { requireUsablePool, type RequireUsablePoolOptions } from "./require-usable-pool.ts";

async function check(fake: FakeServer, pool: string, options?: RequireUsablePoolOptions): Promise<string> {
  const client = createClient(connectUnix({ socketPath: fake.socketPath }));
  try {
    return (await requireUsablePool({ client }, pool, options)).name;
  } finally {
    await client.connection.close();
  }
}

// Row 17 of the regression tests: an unknown pool is told before anything is made.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("a pool that is there costs one request, also with a target outside of a cluster", async () => {
    await using fake = await startFakeServer({ flavour, setup: [withPool({ name: "fast" })] });
    for (const options of [{}, { target: "" }, { target: "m9" }, { target: "@group" }]) {
      const seen = fake.requests.length;
      expect(await check(fake, "fast", options)).toBe("fast");
      expect(fake.requests.slice(seen).map(({ path }) => path)).toEqual(["/1.0/storage-pools/fast"]);
    }
  });

  test("an unknown pool: the hint names those that there are", async () => {
    await using fake = await startFakeServer({ flavour, setup: [withPool({ name: "fast" })] });
    await expect(check(fake, "nope")).rejects.toMatchObject({
      code: "POOL_NOT_FOUND",
      message: "there is no storage pool named nope",
      hint: "Pools of this server: default, fast.",
      cause: { status: 404 },
    });
  });

  test("another refusal is passed on", async () => {
    await using fake = await startFakeServer({ flavour });
    fake.failRequest({ path: "/1.0/storage-pools/default", status: 500, error: "database is locked" });
    await expect(check(fake, "default")).rejects.toMatchObject({ code: "SERVER_ERROR" });
  });

  test("in a cluster: on the member, not on the member, not made yet", async () => {
    await using fake = await startFakeServer({ flavour, members: ["m1", "m2"] });
    const client = createClient(connectUnix({ socketPath: fake.socketPath }));
    await client.storagePools.create({ name: "half", driver: "dir" }, { target: "m1" });
    expect(await check(fake, "default", { target: "m2" })).toBe("default");
    expect(fake.requests.at(-1)?.query).toMatchObject({ target: "m2" });
    await expect(check(fake, "half")).rejects.toMatchObject({ code: "POOL_NOT_READY" });
    await expect(check(fake, "half", { target: "m1" })).rejects.toMatchObject({
      code: "POOL_NOT_READY",
      message: "the storage pool half is Pending on m1, not Created",
    });
    await expect(check(fake, "half", { target: "m2" })).rejects.toMatchObject({
      code: "POOL_NOT_ON_MEMBER",
      hint: expect.stringContaining("on m1."),
    });
    await client.connection.close();
  });
});
