import { type FakeServer, startFakeServer, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openServer, type Server } from "../server.ts";

const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
const start = { ...stop, action: "start" } as const;
const failure = (wait: Promise<unknown>): Promise<unknown> =>
  wait.then(
    () => undefined,
    (error: unknown) => error,
  );
const names = Array.from({ length: 40 }, (_, at) => `n${String(at)}`);

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  beforeEach(async () => {
    fake = await startFakeServer({
      flavour,
      setup: [
        withInstance({ name: "c1", status: "Running" }),
        withInstance({ name: "c2" }),
        withInstance({ name: "short", status: "Running", ephemeral: true }),
        ...names.map((name) => withInstance({ name, status: "Running" })),
      ],
    });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  });
  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const set = async (name: string, change: typeof stop | typeof start): Promise<void> => {
    await (await server.client.instances.setState(name, change)).wait();
  };
  const readings = (from = 0) =>
    fake.requests.slice(from).filter(({ method, path }) => method === "GET" && path.startsWith("/1.0/instances"));
  /** Until every wait has read once; from then on only events move it. */
  const settled = () =>
    vi.waitFor(() => {
      expect(readings().length).toBeGreaterThan(0);
      expect(readings().at(-1)?.status).toBe(200);
    });

  test("a status is waited for by events: nothing is read until one comes", async () => {
    const waits = [server.waitForStatus("c2", "Running"), server.waitForStatus("c1", ["Frozen", "Stopped"])];
    await settled();
    const from = fake.requests.length;
    await set("c2", start);
    expect(await waits[0]).toMatchObject({ status: "Running" });
    await set("c1", stop);
    expect(await waits[1]).toMatchObject({ status: "Stopped" });
    expect(readings(from).length).toBeLessThan(10);
    expect(await server.waitForStatus("c1", "Stopped")).toMatchObject({ status: "Stopped" });
  });

  test("forty waits: one subscription, and far fewer readings than waits", async () => {
    const waits = names.map((name) => server.waitForStopped(name));
    await settled();
    await Promise.all(names.map((name) => set(name, stop)));
    expect(await Promise.all(waits)).toEqual(names.map(() => "stopped"));
    expect(fake.requests.filter(({ path }) => path === "/1.0/events")).toHaveLength(1);
    expect(readings().length).toBeLessThan(names.length / 2);
  });

  test("an ephemeral instance is gone when it has stopped; one that never was is told at once", async () => {
    const wait = server.waitForStopped("short");
    const refused = failure(server.waitForStatus("short", "Stopped"));
    await settled();
    await set("short", stop);
    expect(await wait).toBe("gone");
    expect(await refused).toMatchObject({ code: "CONTAINER_NOT_FOUND", message: "short is gone" });
    for (const lost of [server.waitForStopped("nobody"), server.waitForStatus("nobody", "Running")]) {
      await expect(lost).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    }
  });

  test("a time that is over tells what was seen", async () => {
    await expect(server.waitForStatus("c2", ["Running", "Frozen"], { timeoutMs: 100 })).rejects.toMatchObject({
      code: "STATUS_TIMEOUT",
      message: "c2 is not Running or Frozen after 0.1 s (seen: status Stopped)",
    });
    await expect(server.waitForStopped("c1", { timeoutMs: 100 })).rejects.toMatchObject({
      code: "STATUS_TIMEOUT",
      message: "c1 is not Stopped after 0.1 s (seen: status Running)",
    });
  });

  test("an abort rejects with its reason, before and during the wait; a wrong status before any request", async () => {
    const reason = new Error("enough");
    const before = fake.requests.length;
    await expect(server.waitForStopped("c1", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(server.waitForStatus("c1", "running")).rejects.toMatchObject({ code: "BAD_STATUS" });
    expect(fake.requests).toHaveLength(before);
    const controller = new AbortController();
    const refused = failure(server.waitForStatus("c1", "Stopped", { signal: controller.signal }));
    await settled();
    controller.abort(reason);
    expect(await refused).toBe(reason);
  });

  test("the daemon restarts while an instance is waited for (12 C, row 11)", async () => {
    const wait = server.waitForStatus("c2", "Running");
    await settled();
    await fake.restart({ downtimeMs: 300 });
    await set("c2", start);
    expect(await wait).toMatchObject({ status: "Running" });
  }, 15_000);

  test("what happened while events were lost is read once they are back", async () => {
    const wait = server.waitForStopped("c1");
    await settled();
    const other = await openServer(connectUnix({ socketPath: fake.socketPath }));
    fake.failRequest({ path: "/1.0/events", status: 503, error: "starting", times: 3 });
    fake.dropEvents();
    // Asks the server to wait, so it needs no events.
    const operation = await other.client.instances.setState("c1", stop);
    await operation.wait();
    expect(await wait).toBe("stopped");
    await other.close();
  }, 15_000);

  test("a server that does not come back is told when the time is over", async () => {
    const refused = failure(server.waitForStopped("c1", { timeoutMs: 500 }));
    await settled();
    await fake.close();
    expect(await refused).toMatchObject({
      code: "STATUS_TIMEOUT",
      message: expect.stringMatching(/seen: status Running; .*connect/),
      cause: { code: expect.stringMatching(/^SOCKET_/) },
    });
  });
});
