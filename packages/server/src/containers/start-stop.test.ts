import { type FakeServer, startFakeServer, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  beforeEach(async () => {
    const setup = [
      withInstance({ name: "on", status: "Running" }),
      withInstance({ name: "off" }),
      withInstance({ name: "ice", status: "Frozen" }),
    ];
    fake = await startFakeServer({ flavour, setup });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  });

  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const status = async (name: string): Promise<string> => (await server.client.instances.get(name)).value.status;
  const bodies = (): unknown[] => fake.requests.filter(({ method }) => method === "PUT").map(({ body }) => body);

  test("start: asked once, without waiting for an end by time; one that runs is no error", async () => {
    expect(await server.startContainer("off")).toBe(true);
    expect(await status("off")).toBe("Running");
    expect(bodies()).toEqual([{ action: "start", timeout: -1, force: false, stateful: false }]);
    expect(fake.requests.at(-2)?.headers["if-match"]).toBeUndefined();
    expect(await server.startContainer("on")).toBe(false);
  });

  test("start: two at once both find it running", async () => {
    const both = await Promise.all([server.startContainer("off"), server.startContainer("off")]);
    expect(both).toContain(true);
    expect(await status("off")).toBe("Running");
  });

  test("start: one that is not there, one that does not start", async () => {
    await expect(server.startContainer("none")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    fake.failOperation({ description: "Starting instance", err: "no init" });
    await expect(server.startContainer("off")).rejects.toMatchObject({
      code: "CONTAINER_NOT_STARTED",
      message: "cannot start off: Starting instance failed: no init",
    });
  });

  test("an answer that is lost: the instance tells what came of it", async () => {
    fake.dropConnection({ method: "PUT", path: "/1.0/instances/off/state", when: "after" });
    expect(await server.startContainer("off")).toBe(false);
    fake.dropConnection({ method: "PUT", path: "/1.0/instances/on/state", when: "before" });
    // Not asked by that: it is stopped by force then.
    expect(await server.stopContainer("on")).toBe(true);
    expect(await Promise.all([status("off"), status("on")])).toEqual(["Running", "Stopped"]);
  });

  test("stop: asked first, with its time in whole seconds; stopped already is no error", async () => {
    expect(await server.stopContainer("on", { timeoutMs: 1_500 })).toBe(true);
    expect(bodies()).toEqual([{ action: "stop", timeout: 2, force: false, stateful: false }]);
    expect(await server.stopContainer("on")).toBe(false);
    expect(await server.stopContainer("on", { force: true })).toBe(false);
  });

  test("stop: one that does not stop in time is stopped by force", async () => {
    fake.failOperation({ description: "Stopping instance", err: "deadline exceeded" });
    expect(await server.stopContainer("on")).toBe(true);
    expect(await status("on")).toBe("Stopped");
    expect(bodies()).toMatchObject([{ force: false, timeout: 30 }, { force: true }]);
  });

  test("stop: a frozen one too; by force at once", async () => {
    // It cannot stop by itself, so its time runs out.
    expect(await server.stopContainer("ice", { timeoutMs: 1 })).toBe(true);
    expect(await status("ice")).toBe("Stopped");
    await server.startContainer("ice");
    expect(await server.stopContainer("ice", { force: true })).toBe(true);
    expect(bodies().at(-1)).toEqual({ action: "stop", timeout: -1, force: true, stateful: false });
  });

  test("stop: one that is not there, one that cannot be stopped", async () => {
    await expect(server.stopContainer("none")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    fake.failOperation({ description: "Stopping instance", err: "stuck", times: 2 });
    await expect(server.stopContainer("on")).rejects.toMatchObject({
      code: "CONTAINER_NOT_STOPPED",
      message: expect.stringContaining("stuck"),
    });
    expect(await status("on")).toBe("Running");
  });
});
