import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import type { Sleep } from "../pause.ts";
import { openServer } from "../server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  // The original reads 30 times, every 2 s.
  test("row 18 of the cases of connections: a listener that is not reported within a minute", async () => {
    await using fake = await startFakeServer({ flavour, httpsPort: 0 });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const pauses: number[] = [];
    const sleep: Sleep = async (ms) => pauses.push(ms);
    const seen = fake.requests.length;
    await expect(server.waitForHttpsListener("127.0.0.1", { sleep })).rejects.toMatchObject({
      code: "LISTENER_NOT_REPORTED",
      message: "the server does not listen for HTTPS on 127.0.0.1 after 60 s, but on no address",
    });
    expect(pauses.slice(0, 8)).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000]);
    expect(pauses.reduce((sum, ms) => sum + ms)).toBe(60_000);
    expect(fake.requests.slice(seen).map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array<string>(pauses.length + 1).fill("GET /1.0"),
    );

    await server.enableHttpsListener({ address: "127.0.0.2" });
    await expect(server.waitForHttpsListener("127.0.0.1", { timeoutMs: 0 })).rejects.toMatchObject({
      message: expect.stringMatching(/on 127\.0\.0\.1 after 0 s, but on 127\.0\.0\.2:\d+$/),
    });
  });

  test("one that is reported later is found, on IPv6 too", async () => {
    await using fake = await startFakeServer({ flavour, httpsPort: 0 });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    let pauses = 0;
    const sleep: Sleep = async () => {
      pauses += 1;
      if (pauses === 3) await server.enableHttpsListener({ address: "[::1]" });
    };
    expect(await server.waitForHttpsListener("::1", { sleep })).toMatch(/^\[::1\]:\d+$/);
    expect(pauses).toBe(3);
    expect(await server.waitForHttpsListener("[::1]", { timeoutMs: 0 })).toMatch(/^\[::1\]:\d+$/);
  });

  test("an aborted wait ends with the signal's own reason", async () => {
    await using fake = await startFakeServer({ flavour });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = server.waitForHttpsListener("127.0.0.1", { signal: controller.signal });
    await expect.poll(() => fake.requests.length).toBeGreaterThan(2);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
  });
});
