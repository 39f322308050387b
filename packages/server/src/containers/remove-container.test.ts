import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  beforeEach(async () => {
    fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  });

  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  async function running(ephemeral = false): Promise<void> {
    await server.createContainer({ name: "c1", image: await server.findImageByAlias("tiny"), ephemeral });
  }

  async function left(): Promise<number> {
    return (await server.listInstances()).length;
  }

  test("a running container is removed by force only", async () => {
    await running();
    await expect(server.removeContainer("c1")).rejects.toMatchObject({ code: "CONTAINER_RUNNING" });
    expect(await left()).toBe(1);
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
    expect(await left()).toBe(0);
  });

  test("one that is not there is no error, by force or not", async () => {
    expect(await server.removeContainer("c1", { force: true })).toBe(false);
    expect(await server.removeContainer("c1")).toBe(false);
  });

  test("a stopped one is removed without force, and by force", async () => {
    const image = await server.findImageByAlias("tiny");
    for (const force of [false, true]) {
      const body = { name: "c1", source: { type: "image", fingerprint: image.fingerprint } } as const;
      await (await server.client.instances.create(body)).wait();
      expect(await server.removeContainer("c1", { force })).toBe(true);
      expect(await left()).toBe(0);
    }
  });

  test("an ephemeral one goes when it stops", async () => {
    await running(true);
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
    expect(await left()).toBe(0);
  });

  test("a refusal for the moment is tried again", async () => {
    await running();
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 500, error: "dataset is busy" });
    fake.failOperation({ description: "Deleting instance", err: "still mounted" });
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
    expect(await left()).toBe(0);
  });

  test("an abort between attempts ends them", async () => {
    await running();
    const controller = new AbortController();
    const reason = new Error("enough");
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 500, error: "busy" });
    const removal = server.removeContainer("c1", {
      force: true,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === "removing") controller.abort(reason);
      },
    });
    await expect(removal).rejects.toBe(reason);
    expect(await left()).toBe(1);
  });
});
