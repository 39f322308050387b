import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
const start = { ...stop, action: "start" } as const;
const freeze = { ...stop, action: "freeze" } as const;
const names = ["waits-1", "waits-2", "waits-3", "waits-4"];

describeOnServers("waits", (real) => {
  let server: Server;

  beforeAll(async () => {
    server = await openServer(connectUnix({ socketPath: real.socketPath }));
    const image = await server.findImageByAlias("tiny");
    await Promise.all(names.map((name) => server.createContainer({ name, image })));
  });
  afterAll(async () => {
    await Promise.all(names.map((name) => server.removeContainer(name, { force: true })));
    await server.close();
  });

  const set = async (name: string, change: typeof stop | typeof start | typeof freeze): Promise<void> => {
    await (await server.client.instances.setState(name, change)).wait();
  };

  test("statuses are heard of, also when the system inside ends by itself", async () => {
    const [one, two, three] = names as [string, string, string, string];
    const frozen = server.waitForStatus(one, "Frozen");
    const stopped = server.waitForStopped(two);
    const off = server.waitForStopped(three);
    await set(one, freeze);
    expect(await frozen).toMatchObject({ status: "Frozen" });
    await set(two, stop);
    expect(await stopped).toBe("stopped");
    await server.client.instances.exec.run(three, ["poweroff"]);
    expect(await off).toBe("stopped");
    // Both can be started at once: the server is done with stopping them.
    const again = [two, three].map((name) => server.waitForStatus(name, ["Running"]));
    await Promise.all([set(two, start), set(three, start)]);
    expect((await Promise.all(again)).map(({ status }) => status)).toEqual(["Running", "Running"]);
  });

  test("each time that a system has ended by itself it can be started at once", async () => {
    const name = names[2] ?? "";
    for (let times = 0; times < 4; times += 1) {
      await server.waitForAgent(name);
      const off = server.waitForStopped(name);
      await server.client.instances.exec.run(name, ["poweroff"]);
      expect(await off).toBe("stopped");
      await set(name, start);
    }
  });

  test("a command can be run at once in a container that runs; it has addresses of each family", async () => {
    const name = names[3] ?? "";
    await server.waitForAgent(name);
    expect(
      await server.waitForAddress(name, { family: "ipv4", interface: "eth0", scope: "cloud-local" }),
    ).toMatchObject([{ family: "ipv4", interface: "eth0" }]);
    await expect(server.waitForAddress(name, { interface: "eth9", timeoutMs: 300 })).rejects.toMatchObject({
      code: "ADDRESS_TIMEOUT",
      message: expect.stringMatching(/eth0: 10\./),
    });
  });

  test("an image without cloud-init says so", async () => {
    expect(await server.waitForCloudInit(names[3] ?? "")).toEqual({ status: "not-installed" });
  });

  test("an ephemeral container is gone when it ends", async () => {
    const image = await server.findImageByAlias("tiny");
    const { name } = await server.createContainer({ name: "waits-short", image, ephemeral: true });
    const wait = server.waitForStopped(name);
    await server.client.instances.exec.run(name, ["poweroff"]);
    expect(["stopped", "gone"]).toContain(await wait);
    await expect(server.waitForStatus(name, "Running", { timeoutMs: 10_000 })).rejects.toMatchObject({
      code: "CONTAINER_NOT_FOUND",
    });
  });
});
