import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer, type Server } from "./server.ts";

describeOnServers("the main job", (real) => {
  const open = (): Promise<Server> => openServer(connectUnix({ socketPath: real.socketPath }));

  test("a container from a local image runs, has an address, is listed, and goes", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const { name, addresses } = await server.createContainer({ name: "main-job", image }, { waitFor: "address" });
    expect(name).toBe("main-job");
    expect(addresses[0]).toMatchObject({ family: "ipv4", interface: "eth0", scope: "cloud-local" });
    const listed = (await server.listInstances()).find((instance) => instance.name === name);
    expect(listed?.status).toBe("Running");
    expect(listed?.state?.network["eth0"]?.addresses.map(({ address }) => address)).toContain(addresses[0]?.address);
    expect(await server.removeContainer("main-job", { force: true })).toBe(true);
    expect((await server.listInstances()).map((instance) => instance.name)).not.toContain("main-job");
  });

  test("the server picks a name when none is given", async () => {
    await using server = await open();
    const { name } = await server.createContainer({ image: await server.findImageByAlias("tiny") });
    expect((await server.client.instances.get(name)).value.status).toBe("Running");
    expect(await server.removeContainer(name, { force: true })).toBe(true);
  });

  test("a name that is taken is told, whether it is seen before or after", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const attempts = await Promise.allSettled([
      server.createContainer({ name: "taken", image }),
      server.createContainer({ name: "taken", image }),
    ]);
    const [failed] = attempts.filter((attempt) => attempt.status === "rejected");
    expect(attempts.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(failed?.reason).toMatchObject({ code: "NAME_TAKEN" });
    await expect(server.createContainer({ name: "taken", image })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect((await server.client.instances.get("taken")).value.status).toBe("Running");
    await server.removeContainer("taken", { force: true });
  });

  test("a start that fails leaves nothing", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const spec = { name: "no-start", image, config: { "raw.lxc": "lxc.init.cmd = /missing" } };
    await expect(server.createContainer(spec)).rejects.toMatchObject({ code: "CONTAINER_NOT_STARTED" });
    expect((await server.listInstances()).map(({ name }) => name)).not.toContain("no-start");
  });

  test("config that the server refuses: its words are kept, nothing is left", async () => {
    await using server = await open();
    const image = await server.findImageByAlias("tiny");
    const spec = { name: "bad-config", image, config: { "security.nesting": "maybe" } };
    await expect(server.createContainer(spec)).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
      message: expect.stringContaining("maybe"),
    });
    expect((await server.listInstances()).map(({ name }) => name)).not.toContain("bad-config");
  });

  test.each(["creating", "created", "starting", "running", "waiting-for-address"])(
    "an abort while %s leaves nothing",
    async (step) => {
      await using server = await open();
      const image = await server.findImageByAlias("tiny");
      const controller = new AbortController();
      const reason = new Error("enough");
      const name = `abort-${step}`;
      const creation = server.createContainer(
        { name, image },
        {
          signal: controller.signal,
          waitFor: "address",
          onProgress: (progress) => {
            if (progress.step === step) controller.abort(reason);
          },
        },
      );
      await expect(creation).rejects.toBe(reason);
      expect((await server.listInstances()).map((instance) => instance.name)).not.toContain(name);
    },
  );
});
