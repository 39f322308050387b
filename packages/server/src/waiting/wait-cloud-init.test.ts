import {
  createFakeCloudInit,
  type FakeCloudInit,
  type FakeServer,
  startFakeServer,
  withInstance,
} from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openServer, type Server } from "../server.ts";
import { requireCloudInit } from "./wait-cloud-init.ts";

const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
const start = { ...stop, action: "start" } as const;
const log = "/var/log/cloud-init-output.log";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  const open = async (cloudInit?: FakeCloudInit): Promise<void> => {
    fake = await startFakeServer({
      flavour,
      ...(cloudInit === undefined ? {} : { commands: cloudInit.commands }),
      setup: [
        withInstance({ name: "c1", status: "Running", files: { [log]: "first\nsecret=1\n" } }),
        withInstance({ name: "c2" }),
      ],
    });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  };
  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const set = async (name: string, change: typeof stop | typeof start): Promise<void> => {
    await (await server.client.instances.setState(name, change)).wait();
  };
  const commands = (name: string) => fake.requests.filter(({ path }) => path === `/1.0/instances/${name}/exec`);
  const asked = (name: string, times = 1) =>
    vi.waitFor(() => {
      expect(commands(name)).toHaveLength(times);
    });

  test("its end is waited for with one command", async () => {
    const cloudInit = createFakeCloudInit();
    await open(cloudInit);
    const wait = server.waitForCloudInit("c1");
    await asked("c1");
    cloudInit.set("c1", { status: "done" });
    expect(await wait).toEqual({ status: "done", warnings: [] });
    expect(commands("c1")).toHaveLength(1);
  });

  test.each([true, false])(
    "a failure is told with what failed and the end of its log (JSON: %s)",
    async (knowsFormat) => {
      const errors = ["('scripts_user', RuntimeError('1 failures'))"];
      await open(createFakeCloudInit({ knowsFormat, status: { status: "error", detail: "bad", errors } }));
      const outcome = await server.waitForCloudInit("c1");
      expect(outcome).toMatchObject({ status: "error", errors, log: "first\nsecret=1\n" });
      const failed = (() => {
        try {
          return requireCloudInit("c1", outcome);
        } catch (error) {
          return error;
        }
      })();
      expect(failed).toMatchObject({
        name: "CloudInitError",
        code: "CLOUD_INIT_FAILED",
        message: `cloud-init failed in c1: ${String(errors[0])}`,
        outcome,
      });
      expect(inspect(failed)).not.toContain("secret");
    },
  );

  test("done with troubles, disabled, and not installed are outcomes of their own", async () => {
    const cloudInit = createFakeCloudInit();
    await open(cloudInit);
    cloudInit.set("c1", { status: "done", recoverable: { WARNING: ["no such key"] } });
    expect(await server.waitForCloudInit("c1")).toEqual({ status: "done", warnings: ["WARNING: no such key"] });
    cloudInit.set("c1", { status: "disabled", detail: "Cloud-init disabled by cloud-init-generator" });
    const disabled = await server.waitForCloudInit("c1");
    expect(disabled).toEqual({ status: "disabled", detail: "Cloud-init disabled by cloud-init-generator" });
    expect(() => {
      requireCloudInit("c1", disabled);
    }).toThrow(expect.objectContaining({ code: "CLOUD_INIT_DISABLED" }));
    await server.close();
    await fake.close();
    await open();
    const none = await server.waitForCloudInit("c1");
    expect(none).toEqual({ status: "not-installed" });
    expect(() => {
      requireCloudInit("c1", none);
    }).toThrow(expect.objectContaining({ code: "CLOUD_INIT_NOT_INSTALLED" }));
  });

  test("an instance that restarts, and a daemon that does (12 C, row 11), are waited for", async () => {
    const cloudInit = createFakeCloudInit();
    await open(cloudInit);
    const wait = server.waitForCloudInit("c1");
    await asked("c1");
    await set("c1", stop);
    await set("c1", start);
    await vi.waitFor(() => {
      expect(commands("c1").length).toBeGreaterThan(1);
    });
    const before = commands("c1").length;
    await fake.restart({ downtimeMs: 200 });
    await vi.waitFor(
      () => {
        expect(commands("c1").length).toBeGreaterThan(before);
      },
      { timeout: 5_000 },
    );
    cloudInit.set("c1", { status: "done" });
    expect(await wait).toMatchObject({ status: "done" });
  }, 15_000);

  test("one that stays stopped, one that goes, a time that is over, an abort", async () => {
    await open(createFakeCloudInit());
    await expect(server.waitForCloudInit("c2")).rejects.toMatchObject({ code: "CONTAINER_NOT_RUNNING" });
    await expect(server.waitForCloudInit("nobody")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    await expect(server.waitForCloudInit("c1", { timeoutMs: 200 })).rejects.toMatchObject({
      code: "CLOUD_INIT_TIMEOUT",
      message: "cloud-init has not ended in c1 after 0.2 s (seen: status Running)",
    });
    const controller = new AbortController();
    const wait = server.waitForCloudInit("c1", { signal: controller.signal });
    await asked("c1", 2);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
    const gone = server.waitForCloudInit("c1").catch((error: unknown) => error);
    await asked("c1", 3);
    await set("c1", stop);
    await (await server.client.instances.delete("c1")).wait();
    expect(await gone).toMatchObject({ code: "CONTAINER_NOT_FOUND" });
  }, 15_000);

  test("commands can be run in a container once it runs", async () => {
    await open();
    const wait = server.waitForAgent("c2");
    const never = server.waitForAgent("nobody");
    await expect(never).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
    await set("c2", start);
    await wait;
    expect(commands("c2").length).toBeGreaterThan(0);
  });
});
