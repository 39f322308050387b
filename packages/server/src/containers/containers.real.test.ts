import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";
import { addDisk } from "./add-disk.ts";

describeOnServers("containers", (real) => {
  const open = (): Promise<Server> => openServer(connectUnix({ socketPath: real.socketPath }));

  async function make(server: Server, ...names: readonly string[]): Promise<void> {
    const image = await server.findImageByAlias("tiny");
    await Promise.all(names.map((name) => server.createContainer({ name, image })));
  }

  test("start, stop and start again; what is so already is no error", async () => {
    await using server = await open();
    await make(server, "e-power");
    const status = async () => (await server.client.instances.get("e-power")).value.status;
    expect(await server.startContainer("e-power")).toBe(false);
    expect(await server.stopContainer("e-power", { timeoutMs: 10_000 })).toBe(true);
    expect(await status()).toBe("Stopped");
    expect(await server.stopContainer("e-power")).toBe(false);
    expect(await server.stopContainer("e-power", { force: true })).toBe(false);
    const both = await Promise.all([server.startContainer("e-power"), server.startContainer("e-power")]);
    expect(both).toContain(true);
    expect(await status()).toBe("Running");

    const freeze = { action: "freeze", timeout: -1, force: false, stateful: false } as const;
    await (await server.client.instances.setState("e-power", freeze)).wait();
    expect(await server.aliveContainers("e-power")).toEqual([]);
    expect(await server.filterContainers("e-power", ["Frozen"])).toMatchObject([{ name: "e-power" }]);
    expect(await server.stopContainer("e-power", { timeoutMs: 1_000 })).toBe(true);
    await expect(server.startContainer("e-nobody")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    await expect(server.stopContainer("e-nobody")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    expect(await server.removeContainer("e-power")).toBe(true);
    expect(await server.removeContainer("e-power")).toBe(false);
  });

  test("one that ignores the request to stop is stopped by force, and removed", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    // What the container is asked with to stop is a signal that its init ignores.
    const config = { "raw.lxc": "lxc.signal.halt = SIGCONT" };
    await server.createContainer({ name: "e-deaf", image, config });
    await expect(server.removeContainer("e-deaf")).rejects.toMatchObject({ code: "CONTAINER_RUNNING" });
    const begun = performance.now();
    expect(await server.removeContainer("e-deaf", { stopTimeoutMs: 2_000 })).toBe(true);
    expect(performance.now() - begun).toBeGreaterThan(1_900);
    expect(await server.filterContainers("e-deaf")).toEqual([]);
  });

  test("many are removed at once: running, stopped, ephemeral and missing ones", async () => {
    await using server = await open();
    await make(server, "e-many-1", "e-many-2", "e-many-3");
    await server.stopContainer("e-many-2", { force: true });
    const image = await server.findImageByAlias("tiny");
    await server.createContainer({ name: "e-many-4", image, ephemeral: true });
    const names = ["e-many-1", "e-none", "e-many-2", "e-many-3", "e-many-4"];
    expect((await server.aliveContainers("e-many-")).map(({ name }) => name)).toHaveLength(4);
    expect(await server.removeContainers(names, { force: true })).toEqual(names.filter((name) => name !== "e-none"));
    expect(await server.filterContainers("e-many-")).toEqual([]);
  });

  test("a device that was added here is written by the ETag, which refuses who comes late", async () => {
    await using server = await open();
    await make(server, "e-write");
    const read = await server.client.instances.get("e-write");
    const value = addDisk(read.value, "data", { path: "/mnt/data", source: "/tmp", readonly: true });
    expect(await server.writeContainer({ ...read, value })).toBe(true);
    expect(await server.writeContainer(await server.client.instances.get("e-write"))).toBe(false);
    await expect(
      server.writeContainer({ ...read, value: { ...read.value, description: "late" } }),
    ).rejects.toMatchObject({ code: "ETAG_MISMATCH" });

    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => server.updateContainerDevices("e-write", { [name]: { type: "none" } })));
    const { devices } = (await server.client.instances.get("e-write")).value;
    expect(Object.keys(devices).toSorted()).toEqual([...names, "data"]);
    expect(await server.updateContainerDevices("e-write", { data: null, a: { type: "none" } })).toBe(true);
    expect(await server.updateContainerDevices("e-write", { data: null, a: { type: "none" } })).toBe(false);
    await server.removeContainer("e-write", { force: true });
  });

  test("the addresses of one are those that its state tells, sorted", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const { addresses } = await server.createContainer({ name: "e-address", image }, { waitFor: "address" });
    const found = await server.containerAddresses("e-address");
    expect(found[0]).toEqual(addresses[0]);
    expect(found.every(({ scope }) => scope !== "machine-local" && scope !== "link-local")).toBe(true);
    await server.removeContainer("e-address", { force: true });
    await expect(server.containerAddresses("e-address")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
