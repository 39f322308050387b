import { describe, expect, test } from "vitest";
import { model, openManagerStage } from "../manager-stage.test-support.ts";
import type { MachineRequest } from "./machine-request.ts";

const name = "juju-c3d479-0";
const request: MachineRequest = { machineId: "0", series: "jammy", userData: "#cloud-config\n{}\n" };

describe.each(["lxd", "incus"] as const)("the same machine again, on %s", (flavour) => {
  test("one that runs is adopted: nothing is written", async () => {
    await using stage = await openManagerStage({ flavour });
    expect((await stage.manager.createContainer(request)).origin).toBe("created");
    const { etag } = await stage.server.client.instances.get(name);
    stage.asked();
    const adopted = await stage.manager.createContainer(request);
    expect(adopted).toMatchObject({ origin: "adopted", instance: { id: name } });
    expect((await stage.server.client.instances.get(name)).etag).toBe(etag);
    expect(stage.asked().filter((line) => !line.startsWith("GET"))).toEqual([]);
  });

  test("one that was not started is finished", async () => {
    await using stage = await openManagerStage({ flavour });
    const { server, manager } = stage;
    await manager.createContainer(request);
    await server.stopContainer(name, { force: true });
    expect((await manager.createContainer(request)).origin).toBe("finished");
    expect((await server.client.instances.get(name)).value.status).toBe("Running");
  }, 15_000);

  test("one that is in the making is waited for", async () => {
    await using stage = await openManagerStage({ flavour });
    const both = await Promise.all([stage.manager.createContainer(request), stage.manager.createContainer(request)]);
    expect(both.filter(({ origin }) => origin === "created")).toHaveLength(1);
    expect(await stage.server.client.instances.list()).toHaveLength(1);
  });

  test("one that was never started and cannot be is made anew", async () => {
    await using stage = await openManagerStage({ flavour });
    const { server, manager, fake } = stage;
    const image = await server.findImageByAlias("juju/jammy/amd64");
    const half = await server.createContainer({
      name,
      image,
      start: false,
      devices: await server.getNICsFromProfile("default"),
      config: {
        "user.juju-model": model,
        "user.lxdkit.series": "jammy",
        "boot.autostart": "true",
        "user.user-data": "#cloud-config\n{}\n",
        "user.network-config": "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n",
      },
    });
    fake.failOperation({ method: "PUT", path: `/1.0/instances/${name}/state`, err: "broken", times: 1 });
    expect((await manager.createContainer(request)).origin).toBe("replaced");
    const { value } = await server.client.instances.get(name);
    expect(value.config["user.lxdkit.request"]).not.toBe(half.value.config["user.lxdkit.request"]);
    expect(value.status).toBe("Running");
  }, 15_000);

  test("one that ran once and cannot be started is left alone", async () => {
    await using stage = await openManagerStage({ flavour });
    const { server, manager, fake } = stage;
    await manager.createContainer(request);
    await server.stopContainer(name, { force: true });
    fake.failOperation({ method: "PUT", path: `/1.0/instances/${name}/state`, err: "broken" });
    await expect(manager.createContainer(request)).rejects.toMatchObject({ code: "CONTAINER_NOT_STARTED" });
    expect((await server.client.instances.get(name)).value.status).toBe("Stopped");
  }, 15_000);

  test.each<[string, Partial<MachineRequest>, string]>([
    ["series", { series: "noble" }, "user.lxdkit.series"],
    ["user data", { userData: "#cloud-config\n{a: 1}\n" }, "user.user-data"],
    ["limits", { constraints: { mem: 512 } }, "limits.memory"],
    ["profiles", { profiles: [] }, "profiles"],
    ["bridge", { network: { networkType: "bridge", device: "br7", mtu: 0, interfaces: [] } }, "device eth0"],
  ])("one with other %s is refused, and untouched", async (_what, change, difference) => {
    await using stage = await openManagerStage({
      flavour,
      images: [{ aliases: ["juju/jammy/amd64", "juju/noble/amd64"] }],
    });
    await stage.manager.createContainer(request);
    const { etag } = await stage.server.client.instances.get(name);
    await expect(stage.manager.createContainer({ ...request, ...change })).rejects.toMatchObject({
      code: "NAME_TAKEN",
      message: expect.stringContaining(`(${difference})`) as string,
    });
    expect((await stage.server.client.instances.get(name)).etag).toBe(etag);
  });

  test("the image that was renewed since does no harm", async () => {
    await using stage = await openManagerStage({
      flavour,
      images: [{ aliases: ["juju/jammy/amd64"] }, { aliases: ["new"] }],
    });
    const { client } = stage.server;
    await stage.manager.createContainer(request);
    const { value } = await client.images.aliases.get("new");
    await client.images.aliases.delete("juju/jammy/amd64");
    await client.images.aliases.create({ name: "juju/jammy/amd64", target: value.target, description: "" });
    expect((await stage.manager.createContainer(request)).origin).toBe("adopted");
  });
});
