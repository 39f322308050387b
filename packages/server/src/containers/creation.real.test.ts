import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test, vi } from "vitest";
import { parseConstraints } from "../constraints/parse-constraints.ts";
import { openServer, type Server } from "../server.ts";
import type { ContainerSpec } from "./container-spec.ts";

describeOnServers("the creation of containers", (real) => {
  const open = (): Promise<Server> => openServer(connectUnix({ socketPath: real.socketPath }));
  const there = async (server: Server, prefix: string): Promise<string[]> =>
    (await server.filterContainers(prefix)).map(({ name }) => name);

  test("with constraints: limits, a root disk of its own size, and all else that a spec can say", async () => {
    await using server = await open();
    const pool = (await server.profileDevices())["root"]?.["pool"];
    const constraints = parseConstraints("cores=1 mem=256M root-disk=1G arch=amd64 virt-type=container");
    const image = await server.findImageByAlias("tiny");
    const devices = { data: { type: "disk", path: "/mnt/data", source: "/tmp" } };
    const plain = { name: "e-all", image, description: "one", devices, ephemeral: true, config: { "user.x": "1" } };
    const spec = await server.applyConstraints(plain, constraints);
    const { value } = await server.createContainer(spec);
    expect(value).toMatchObject({ status: "Running", architecture: "x86_64", description: "one", ephemeral: true });
    expect(value.config).toMatchObject({ "limits.cpu": "1", "limits.memory": "256MiB", "user.x": "1" });
    expect(value.devices).toEqual({ ...devices, root: { type: "disk", path: "/", pool, size: "1024MiB" } });
    // The kernel counts memory in strides, so that a small container uses none at first.
    await vi.waitFor(async () => {
      const { memory } = await server.client.instances.state("e-all");
      expect(memory.usage).toBeGreaterThan(0);
    }, 20_000);
    await server.removeContainer("e-all", { force: true });
  });

  test("an instance type gives limits; constraints win over it", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const spec = { name: "e-typed", image, instanceType: "c1-m0.5", config: { "limits.memory": "300MiB" } };
    const { value } = await server.createContainer({ ...spec, start: false });
    expect(value).toMatchObject({ status: "Stopped", config: { "limits.cpu": "1", "limits.memory": "300MiB" } });
    await server.removeContainer("e-typed");
  });

  test("an unknown pool, a wrong spec and a target without a cluster are told before anything is made", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const spec: ContainerSpec = { name: "e-early", image };
    await expect(server.applyConstraints(spec, { rootDiskSource: "e-no-pool" })).rejects.toMatchObject({
      code: "POOL_NOT_FOUND",
    });
    const devices = { root: { type: "disk", path: "/", pool: "e-no-pool" } };
    await expect(server.createContainer({ ...spec, devices })).rejects.toMatchObject({ code: "POOL_NOT_FOUND" });
    await expect(server.createContainer({ ...spec, target: "m1" })).rejects.toMatchObject({ code: "NOT_CLUSTERED" });
    await expect(server.createContainer({ ...spec, architecture: "s390x" })).rejects.toMatchObject({
      code: "BAD_CONTAINER_SPEC",
    });
    await expect(server.createContainer({ ...spec, profiles: ["e-no-profile"] })).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
      message: expect.stringContaining("e-no-profile"),
    });
    expect(await there(server, "e-early")).toEqual([]);
  });

  // Row 27.
  test("a name that exists is taken for the new one only when it has all that is asked for", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const spec: ContainerSpec = { name: "e-adopt", image, config: { "user.x": "1" }, devices: { d: { type: "none" } } };
    const both = await Promise.all([
      server.createContainer(spec, { existing: "adopt", waitFor: "address" }),
      server.createContainer(spec, { existing: "adopt" }),
    ]);
    expect(both.map(({ value }) => value.status)).toEqual(["Running", "Running"]);
    expect(both[0].value.config["user.lxdkit.request"]).toBe(both[1].value.config["user.lxdkit.request"]);
    const before = (await server.client.instances.get("e-adopt")).etag;
    const other = { ...spec, config: { "user.x": "2" } };
    await expect(server.createContainer(other, { existing: "adopt" })).rejects.toMatchObject({
      code: "NAME_TAKEN",
      message: expect.stringContaining("user.x"),
    });
    await expect(server.createContainer(spec)).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect((await server.client.instances.get("e-adopt")).etag).toBe(before);

    await server.stopContainer("e-adopt", { force: true });
    expect((await server.createContainer(spec, { existing: "adopt" })).value.status).toBe("Running");
    await server.removeContainer("e-adopt", { force: true });
  });

  test("a virtual machine through the same functions: created, listed and removed, or refused in the server's words", async () => {
    await using server = await open();
    const { client, info } = server;
    const name = "e-machine";
    const devices = { root: { type: "disk", path: "/", pool: "default", size: "16MiB" } };
    const create = async (): Promise<void> => {
      await (
        await client.instances.create({ name, type: "virtual-machine", source: { type: "none" }, devices })
      ).wait();
    };
    const hasMachines = info.environment?.driver.includes("qemu") === true;
    // Both families take the request, and tell in the operation that there can be none.
    const outcome = await create().then(
      () => "created",
      (error: unknown) => (error as Error).message,
    );
    expect(outcome).toMatch(
      hasMachines ? /^created$/ : /Instance type "virtual-machine" is not supported on this server/,
    );
    const listed = await server.filterContainers(name, [], { type: "virtual-machine" });
    expect(listed.map(({ status }) => status)).toEqual(hasMachines ? ["Stopped"] : []);
    await server.removeContainer(name, { force: true });
    expect(await there(server, name)).toEqual([]);
    const { fingerprint } = await server.findImageByAlias("tiny");
    const spec: ContainerSpec = { name, image: { fingerprint, alias: "tiny" } };
    const machines = [
      { ...spec, type: "virtual-machine" as const },
      await server.applyConstraints(spec, parseConstraints("virt-type=virtual-machine")),
    ];
    for (const machine of machines) {
      await expect(server.createContainer(machine)).rejects.toMatchObject({ code: "CONTAINER_NOT_CREATED" });
      expect(await there(server, name)).toEqual([]);
    }
    await expect(server.startContainer(name)).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
  });
});
