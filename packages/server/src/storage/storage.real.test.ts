import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "../server.ts";

describeOnServers("storage", (real) => {
  test("a pool and a volume in it are made; names that are taken are told", async () => {
    await using server = await openServer(connectUnix({ socketPath: real.socketPath }));
    const { storagePools } = server.client;
    const [pool, name] = ["storage-pool", "volume"];
    await server.createPool(pool, "dir", { "rsync.bwlimit": "1MB" });
    try {
      const { value } = await storagePools.get(pool);
      expect(value).toMatchObject({ driver: "dir", status: "Created", config: { "rsync.bwlimit": "1MB" } });
      const again = server.createPool(pool, "dir");
      await expect(again).rejects.toMatchObject({ code: "POOL_NOT_CREATED", cause: { code: "CONFLICT" } });
      await server.createVolume(pool, name, { "user.a": "1" });
      const volume = { pool, name };
      expect((await storagePools.volumes.get(volume)).value.config).toMatchObject({ "user.a": "1" });
      const twice = server.createVolume(pool, name);
      await expect(twice).rejects.toMatchObject({ code: "VOLUME_NOT_CREATED", cause: { code: "CONFLICT" } });
      await storagePools.volumes.delete(volume);
    } finally {
      await storagePools.delete(pool);
    }
  });

  test("a server without pools gets one, and a root disk in a free place, once for all who ask", async () => {
    await using bed = await openTestbed({ flavour: real.flavour, initialised: false });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const { profiles, storagePools } = server.client;
    const outcomes = await Promise.all([1, 2, 3].map(() => server.ensureDefaultStorage()));
    expect(outcomes.map(({ device, pool }) => `${device} ${pool}`)).toEqual(Array<string>(3).fill("root default"));
    expect(outcomes.filter(({ isChanged }) => isChanged)).toHaveLength(1);
    expect(await storagePools.list()).toMatchObject([{ name: "default", driver: "dir", status: "Created" }]);

    const source = "/tmp";
    await profiles.update("default", { devices: { root: { type: "disk", path: "/mnt", source } } });
    expect(await server.ensureDefaultStorage()).toEqual({ device: "root0", pool: "default", isChanged: true });
    const root0 = { type: "disk", path: "/", pool: "default" };
    expect((await profiles.get("default")).value.devices).toEqual({
      root: { type: "disk", path: "/mnt", source },
      root0,
    });

    await server.createPool("another", "dir");
    await profiles.create({ name: "second" });
    expect(await server.ensureDefaultStorage("second")).toMatchObject({ pool: "default" });
    await profiles.update("default", { devices: {} });
    await profiles.update("second", { devices: {} });
    await storagePools.delete("default");
    await server.createPool("a-last", "dir");
    const [first] = await storagePools.list();
    expect(await server.ensureDefaultStorage("second")).toMatchObject({ pool: first?.name });
    await expect(server.ensureDefaultStorage("gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("in a cluster a pool is made on all members", { timeout: 120_000 }, async () => {
    await using bed = await openTestbed({ flavour: real.flavour, members: 3 });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    await server.createPool("fast", "dir", { "rsync.bwlimit": "1MB" });
    for (const target of ["m1", "m2", "m3"]) {
      expect(await server.requireUsablePool("fast", { target })).toMatchObject({ status: "Created" });
    }
    await expect(server.createPool("fast", "dir")).rejects.toMatchObject({ code: "POOL_NOT_CREATED" });
    expect(await server.requireUsablePool("fast")).toMatchObject({ status: "Created" });
    // The driver takes it, and fails where it is.
    const broken = server.createPool("broken", "dir", { source: "/no/such/folder" });
    await expect(broken).rejects.toMatchObject({ code: "POOL_NOT_CREATED" });
    expect((await server.client.storagePools.list()).map(({ name }) => name)).not.toContain("broken");
    await server.createPool("broken", "dir");
    expect(await server.requireUsablePool("broken", { target: "m3" })).toMatchObject({ status: "Created" });
  });
});
