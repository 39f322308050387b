import { startFakeServer, withInstance, withPool, withProfile } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { parseConstraints } from "../constraints/parse-constraints.ts";
import { openServer } from "../server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const setup = [
    withPool({ name: "fast" }),
    withProfile({
      name: "disk",
      devices: { system: { type: "disk", path: "/", pool: "fast", "limits.read": "10MB" } },
    }),
    withProfile({ name: "bare" }),
    withInstance({ name: "c0" }),
  ];

  test("a container gets what the constraints ask for", async () => {
    await using fake = await startFakeServer({ flavour, setup, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const image = await server.findImageByAlias("tiny");
    const constraints = parseConstraints("cores=2 mem=4G root-disk=20G root-disk-source=fast");
    const spec = await server.applyConstraints({ name: "c1", image }, constraints);
    expect(fake.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    const { value } = await server.createContainer(spec);
    expect(value.config).toMatchObject({ "limits.cpu": "2", "limits.memory": "4096MiB" });
    expect(value.devices).toEqual({ root: { type: "disk", path: "/", pool: "fast", size: "20480MiB" } });
  });

  test("a size alone is for the root disk of the profiles, with all that they say of it", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const image = { fingerprint: "f", alias: "tiny" };
    const size = { rootDisk: 5000 };
    const sized = async (profiles?: readonly string[]) =>
      (await server.applyConstraints({ image, ...(profiles === undefined ? {} : { profiles }) }, size)).devices;
    expect(await sized()).toEqual({ root: { type: "disk", path: "/", pool: "default", size: "5000MiB" } });
    const system = { type: "disk", path: "/", pool: "fast", "limits.read": "10MB", size: "5000MiB" };
    expect(await sized(["disk"])).toEqual({ system });
    expect(await sized(["bare", "disk"])).toEqual({ system });
    // Row 5: nobody says where.
    expect(await sized(["bare"])).toEqual({ root: { type: "disk", path: "/", pool: "default", size: "5000MiB" } });
    expect(await sized([])).toEqual({ root: { type: "disk", path: "/", pool: "default", size: "5000MiB" } });
    await expect(sized(["none"])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(sized(["bare", "none"])).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("what needs no disk needs no request", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const seen = fake.requests.length;
    const image = { fingerprint: "f", alias: "tiny" };
    const spec = await server.applyConstraints({ image }, parseConstraints("mem=1G arch=amd64"));
    expect(spec).toEqual({ image, config: { "limits.memory": "1024MiB" }, architecture: "amd64" });
    const own = { root: { type: "disk", path: "/", pool: "own" } };
    const sized = await server.applyConstraints({ image, devices: own }, { rootDisk: 1 });
    expect(sized.devices).toEqual({ root: { ...own.root, size: "1MiB" } });
    expect(fake.requests).toHaveLength(seen);
  });

  // Row 17 of the regression tests.
  test("an unknown pool is told before anything is made", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const image = { fingerprint: "f", alias: "tiny" };
    await expect(server.applyConstraints({ image }, { rootDiskSource: "nope" })).rejects.toMatchObject({
      code: "POOL_NOT_FOUND",
      hint: "Pools of this server: default, fast.",
    });
  });
});
