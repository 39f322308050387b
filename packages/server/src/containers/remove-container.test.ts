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

  // Row 15; the state has no ETag on either family.
  test("a running container is removed by force only", async () => {
    await running();
    await expect(server.removeContainer("c1")).rejects.toMatchObject({ code: "CONTAINER_RUNNING" });
    expect(await left()).toBe(1);
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
    expect(await left()).toBe(0);
  });

  // Rows 16 and 17, and row 9 of the regression tests: where Juju gives an error, gone is gone.
  test("one that is not there is no error, by force or not", async () => {
    expect(await server.removeContainer("c1", { force: true })).toBe(false);
    expect(await server.removeContainer("c1")).toBe(false);
  });

  // Row 14.
  test("a stopped one is removed without force, and by force", async () => {
    const image = await server.findImageByAlias("tiny");
    for (const force of [false, true]) {
      const body = { name: "c1", source: { type: "image", fingerprint: image.fingerprint } } as const;
      await (await server.client.instances.create(body)).wait();
      expect(await server.removeContainer("c1", { force })).toBe(true);
      expect(await left()).toBe(0);
    }
  });

  // Row 26a.
  test("an ephemeral one goes when it stops", async () => {
    await running(true);
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
    expect(await left()).toBe(0);
  });

  test("one that goes between the stop and the removal was removed", async () => {
    await running();
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 404, error: "Instance not found" });
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
  });

  test("it is asked to stop first, when it is given time for that", async () => {
    await running();
    const seen = fake.requests.length;
    expect(await server.removeContainer("c1", { stopTimeoutMs: 5_000 })).toBe(true);
    const sent = fake.requests.slice(seen).map(({ method, path, body }) => ({ method, path, body }));
    expect(sent).toMatchObject([
      { method: "PUT", body: { action: "stop", timeout: 5, force: false } },
      { method: "DELETE" },
    ]);
    expect(await left()).toBe(0);
  });

  test("one that does not stop in time is stopped by force", async () => {
    await running();
    fake.failOperation({ description: "Stopping instance", err: "deadline exceeded" });
    expect(await server.removeContainer("c1", { stopTimeoutMs: 1 })).toBe(true);
    expect(await left()).toBe(0);
  });

  // Row 18: who may not is refused for good; any other refusal may be for the moment.
  test("a caller who may not remove it is told at once", async () => {
    await running();
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 403, error: "not authorized" });
    await expect(server.removeContainer("c1", { force: true })).rejects.toMatchObject({
      code: "CONTAINER_NOT_REMOVED",
      cause: { code: "FORBIDDEN" },
    });
    expect(fake.requests.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });

  // Rows 18, 19 and 21.
  test("a refusal for good ends after five attempts, with its cause", async () => {
    await running();
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 500, error: "boom", times: 9 });
    await expect(server.removeContainer("c1", { force: true })).rejects.toMatchObject({
      code: "CONTAINER_NOT_REMOVED",
      message: expect.stringContaining("boom"),
      cause: { status: 500 },
    });
    expect(fake.requests.filter(({ method }) => method === "DELETE")).toHaveLength(5);
  }, 10_000);

  // Row 19.
  test("a refusal for the moment is tried again", async () => {
    await running();
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 500, error: "dataset is busy" });
    fake.failOperation({ description: "Deleting instance", err: "still mounted" });
    expect(await server.removeContainer("c1", { force: true })).toBe(true);
    expect(await left()).toBe(0);
  });

  test("who gives up between two attempts gets the own reason", async () => {
    await running();
    fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 500, error: "boom", times: 9 });
    const controller = new AbortController();
    const removal = Promise.allSettled([server.removeContainer("c1", { force: true, signal: controller.signal })]);
    // After the third attempt the pause is of 2 s.
    const attempts = (): number => fake.requests.filter(({ method }) => method === "DELETE").length;
    await expect.poll(attempts).toBe(3);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await removal).toEqual([{ status: "rejected", reason }]);
  });

  test.each(["before", "after"] as const)(
    "the answer is lost %s the work: it is removed all the same",
    async (when) => {
      await running();
      fake.dropConnection({ method: "PUT", path: "/1.0/instances/c1/state", when });
      fake.dropConnection({ method: "DELETE", path: "/1.0/instances/c1", when });
      expect(await server.removeContainer("c1", { force: true })).toBe(true);
      expect(await left()).toBe(0);
    },
  );

  test("the server restarts meanwhile: it is waited for", async () => {
    await running();
    const restarts: Promise<void>[] = [];
    const removal = server.removeContainer("c1", {
      force: true,
      onProgress: ({ step }) => {
        if (step === "removing" && restarts.length === 0) restarts.push(fake.restart({ downtimeMs: 300 }));
      },
    });
    expect(await removal).toBe(true);
    await Promise.all(restarts);
    expect(await left()).toBe(0);
  }, 15_000);

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
