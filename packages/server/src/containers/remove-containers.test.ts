import { type FakeServer, startFakeServer, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  const all = Array.from({ length: 20 }, (_, at) => `c${String(at + 1)}`);

  beforeEach(async () => {
    fake = await startFakeServer({ flavour, setup: all.map((name) => withInstance({ name, status: "Running" })) });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  });

  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const left = async (): Promise<string[]> => (await server.listInstances()).map(({ name }) => name);
  const busy = (name: string, times: number): void => {
    fake.failOperation({ method: "DELETE", path: `/1.0/instances/${name}`, err: "dataset is busy", times });
  };

  test("row 20: one that fails once is tried again", async () => {
    busy("c1", 1);
    expect(await server.removeContainers(["c1", "c2"], { force: true })).toEqual(["c1", "c2"]);
    expect(await left()).not.toContain("c1");
  });

  test("row 21: one that goes on failing is named, the other is removed", async () => {
    busy("c2", 9);
    await expect(server.removeContainers(["c1", "c2"], { force: true })).rejects.toMatchObject({
      code: "CONTAINERS_NOT_REMOVED",
      message: "failed to remove containers: c2",
      errors: [{ code: "CONTAINER_NOT_REMOVED", step: "remove c2" }],
    });
    expect(await left()).toHaveLength(19);
    expect(await left()).toContain("c2");
  }, 15_000);

  test("row 22: no names, no request", async () => {
    const seen = fake.requests.length;
    expect(await server.removeContainers([])).toEqual([]);
    expect(fake.requests).toHaveLength(seen);
  });

  // Row 10 of the regression tests.
  test("of 20 three fail: 17 are gone, each of the three is told with its cause, in the order of the names", async () => {
    const failing = ["c17", "c3", "c9"];
    for (const name of failing) busy(name, 9);
    const order = [...failing, ...all.filter((name) => !failing.includes(name))];
    await expect(server.removeContainers(order, { force: true })).rejects.toMatchObject({
      message: "failed to remove containers: c17, c3, c9",
      errors: failing.map((name) => ({
        step: `remove ${name}`,
        cause: { code: "OPERATION_FAILED", message: expect.stringContaining("dataset is busy") },
      })),
    });
    expect((await left()).toSorted()).toEqual(failing.toSorted());
  }, 15_000);

  test("names that are not there are left out; a name that is given twice is removed once", async () => {
    expect(await server.removeContainers(["c2", "none", "c1", "c2"], { force: true })).toEqual(["c2", "c1"]);
  });

  test("never more at a time than asked for", async () => {
    let now = 0;
    let most = 0;
    await server.removeContainers(all, {
      force: true,
      parallel: 3,
      onProgress({ step }) {
        if (step === "stopping") now += 1;
        if (step === "removed") now -= 1;
        most = Math.max(most, now);
      },
    });
    expect(most).toBe(3);
    expect(await left()).toEqual([]);
  });

  test("an abort ends those under way and begins no more", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const removal = server.removeContainers(all, {
      force: true,
      parallel: 2,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === "removed") controller.abort(reason);
      },
    });
    await expect(removal).rejects.toBe(reason);
    expect((await left()).length).toBeGreaterThan(10);
  });
});
