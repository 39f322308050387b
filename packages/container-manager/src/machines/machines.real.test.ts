import { randomBytes, randomUUID } from "node:crypto";
import { openServer, type Server } from "@lxdkit/server";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createManagerConfig } from "../configuration/manager-config.ts";
import { createContainerManager, type LxdContainerManager } from "../container-manager.ts";
import { listen } from "../manager-stage.test-support.ts";
import type { MachineRequest } from "./machine-request.ts";

// The numbers are those of the cases of the manager.
describeOnServers("machines", (real) => {
  const aliasPrefix = `mgr-${randomBytes(4).toString("hex")}`;
  const alias = `${aliasPrefix}/jammy/amd64`;
  const model = randomUUID();
  const twinModel = `${randomUUID().slice(0, -6)}${model.slice(-6)}`;
  const [nameless, old] = [`juju-${aliasPrefix}-1`, `juju-${aliasPrefix}-0`];
  let server: Server;
  let manager: LxdContainerManager;
  let twin: LxdContainerManager;

  const open = (uuid: string): LxdContainerManager =>
    createContainerManager(createManagerConfig({ "model-uuid": uuid }), {
      server,
      imageSources: [],
      images: { aliasPrefix },
    });
  const request = (machineId: string, more: Partial<MachineRequest> = {}): MachineRequest => ({
    machineId,
    series: "jammy",
    ...more,
  });

  beforeAll(async () => {
    server = await openServer(connectUnix({ socketPath: real.socketPath }));
    const { value } = await server.client.images.aliases.get("tiny");
    await server.client.images.aliases.create({ name: alias, target: value.target, description: "" });
    manager = open(model);
    twin = open(twinModel);
  });
  afterAll(async () => {
    for (const one of [manager, twin]) {
      await one.destroyContainers((await one.listContainers()).map(({ id }) => id));
    }
    await server.client.images.aliases.delete(alias);
    await server.close();
  });

  test("rows 7, 16 and 17: made with all reports, seen as asked for, adopted, destroyed", async () => {
    const { told, onStatus } = listen();
    const asked = request("1/lxd/0", { userData: "#cloud-config\n{}\n", constraints: { mem: 256, rootDisk: 512 } });
    const made = await manager.createContainer(asked, { onStatus, waitFor: "address" });
    const title = real.flavour === "lxd" ? "LXD" : "Incus";
    expect(told.map(({ message }) => message)).toEqual([
      "Creating container spec",
      `acquiring ${title} image`,
      "Creating container",
      "Container started",
    ]);
    expect(made).toMatchObject({ origin: "created", hardware: { arch: "amd64", virtType: "container" } });
    expect(made.hardware).not.toHaveProperty("availabilityZone");
    const { id } = made.instance;
    expect(await made.instance.status()).toEqual({ status: "running", message: "Running" });
    expect((await made.instance.addresses())[0]?.address).toBe(made.addresses[0]?.address);
    const { value } = await server.client.instances.get(id);
    expect(value.config).toMatchObject({
      "boot.autostart": "true",
      "user.juju-model": model,
      "limits.memory": "256MiB",
    });
    expect(value.devices).toMatchObject({
      root: { size: "512MiB" },
      eth0: { hwaddr: expect.stringMatching(/^00:16:3e:/) as string },
    });
    const { stdout } = await real.run([
      real.flavour === "lxd" ? "lxc" : "incus",
      "exec",
      id,
      "--",
      "cat",
      "/sys/class/net/eth0/address",
    ]);
    expect(stdout.trim()).toBe(value.devices["eth0"]?.["hwaddr"]);

    expect((await manager.createContainer(asked)).origin).toBe("adopted");
    await server.stopContainer(id, { force: true });
    expect((await manager.createContainer(asked)).origin).toBe("finished");
    await expect(manager.createContainer({ ...asked, userData: "#cloud-config\n{a: 1}\n" })).rejects.toMatchObject({
      code: "NAME_TAKEN",
      message: expect.stringContaining("user.user-data") as string,
    });
    expect(await manager.destroyContainer(id)).toBe(true);
    expect(await manager.destroyContainer(id)).toBe(false);
    expect((await made.instance.status()).message).toMatch(/^could not get status: /);
  });

  test("row 18, and row 14 of the regressions: two models whose names are alike stay apart", async () => {
    await manager.createContainer(request("0"));
    await twin.createContainer(request("1"));
    expect((await manager.listContainers()).map(({ machineId }) => machineId)).toEqual(["0"]);
    expect((await twin.listContainers()).map(({ machineId }) => machineId)).toEqual(["1"]);
    const foreign = { code: "CONTAINER_FOREIGN" };
    await expect(twin.createContainer(request("0"))).rejects.toMatchObject(foreign);
    await expect(twin.destroyContainer(manager.namespace.hostname("0"))).rejects.toMatchObject(foreign);
    expect((await manager.listContainers())[0]?.container.status).toBe("Running");
  });

  test("row 10: what cannot be started is removed, and tried again; the others run", async () => {
    const outcomes = await manager.createContainers(
      [request("10"), request("11", { config: { "raw.lxc": "lxc.init.cmd = /missing" } }), request("12")],
      { attempts: 2 },
    );
    expect(outcomes).toMatchObject([
      { machine: { origin: "created" } },
      { error: { code: "CONTAINER_NOT_STARTED" }, failures: [{ code: "CONTAINER_NOT_STARTED" }] },
      { machine: { origin: "created" } },
    ]);
    const there = (await manager.listContainers()).map(({ machineId }) => machineId);
    expect(there).toEqual(expect.arrayContaining(["10", "12"]));
    expect(there).not.toContain("11");
  });

  test("one that was never started and cannot be is made anew", async () => {
    const name = manager.namespace.hostname("20");
    const image = await server.findImageByAlias(alias);
    const devices = await server.getNICsFromProfile("default");
    const config = {
      "user.juju-model": model,
      "user.lxdkit.series": "jammy",
      "user.network-config": "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n",
      "boot.autostart": "true",
    };
    await server.createContainer({ name, image, devices, config, start: false });
    expect(await manager.findLeftovers({ minAgeMs: 0 })).toMatchObject([{ name, reason: "was never started" }]);
    // As a crash leaves it: a container without its root file system's init.
    await server.client.instances.files.delete(name, "/sbin/init");
    const made = await manager.createContainer(request("20"));
    expect(made.origin).toBe("replaced");
    expect(await made.instance.status()).toMatchObject({ status: "running" });
    expect(await manager.findLeftovers({ minAgeMs: 0 })).toEqual([]);
  });

  test("left-overs are listed first, then removed", async () => {
    const image = await server.findImageByAlias(alias);
    const config = { "user.juju-model": model };
    await server.createContainer({ name: nameless, image, config });
    const found = await manager.findLeftovers();
    expect(found).toEqual([
      { name: nameless, machineId: undefined, status: "Running", reason: "is called like no machine" },
    ]);
    expect(await manager.prune(found)).toEqual([nameless]);
    expect(await server.client.instances.list().then((all) => all.map(({ name }) => name))).not.toContain(nameless);
  });

  test("rows 20 to 23: profiles are written, compared, assigned and deleted", async () => {
    const { instance } = await manager.createContainer(request("30"));
    const profile = { config: { "user.a": "1" }, description: "of a test", devices: {} };
    const [first, second] = [old, nameless];
    expect(await manager.maybeWriteLxdProfile(first, profile)).toMatchObject({ outcome: "created" });
    expect(await manager.maybeWriteLxdProfile(first, profile)).toMatchObject({ outcome: "unchanged" });
    const other = { ...profile, config: { "user.a": "2" } };
    expect(await manager.maybeWriteLxdProfile(first, other, { onDifference: "report" })).toEqual({
      outcome: "different",
      differences: ["config.user.a"],
    });
    await manager.assignLxdProfiles(instance.id, ["default", first], []);
    const posts = [{ name: second, profile }, { name: first }];
    expect(await manager.assignLxdProfiles(instance.id, ["default", second], posts)).toEqual({
      profiles: ["default", second],
      notDeleted: [],
    });
    expect(await server.hasProfile(first)).toBe(false);
    const inUse = await manager.assignLxdProfiles(instance.id, ["default", second], [{ name: second }]);
    expect(inUse).toMatchObject({ profiles: ["default", second], notDeleted: [{ name: second }] });
    await expect(manager.assignLxdProfiles(instance.id, ["gone"], [])).rejects.toMatchObject({
      code: "PROFILES_NOT_ASSIGNED",
      profiles: ["default", second],
    });
    await manager.destroyContainer(instance.id);
    await server.client.profiles.delete(second);
  });
});
