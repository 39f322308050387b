import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SourcedImage } from "../images/sourced-image.ts";
import type { Progress, Step } from "../progress.ts";
import { openServer, type Server } from "../server.ts";
import { UnreadContainerError } from "./running-container.ts";

let fake: FakeServer;
let server: Server;
let image: SourcedImage;

async function open(options: Parameters<typeof startFakeServer>[0] = {}): Promise<void> {
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], ...options });
  server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  image = await server.findImageByAlias("tiny");
}

async function names(): Promise<string[]> {
  return (await server.listInstances()).map(({ name }) => name);
}

afterEach(async () => {
  await server.close();
  await fake.close();
});

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  beforeEach(() => open({ flavour }));

  test("a container is made, started, and given back with its address; each step is told", async () => {
    const told: Progress[] = [];
    const { name, addresses } = await server.createContainer(
      { name: "c1", image, config: { "user.x": "1" } },
      { waitFor: "address", onProgress: (progress) => told.push(progress) },
    );
    const { value: instance } = await server.client.instances.get(name);
    expect(instance).toMatchObject({ name: "c1", status: "Running", config: { "user.x": "1" }, profiles: ["default"] });
    expect(addresses[0]).toMatchObject({ family: "ipv4", scope: "cloud-local", interface: "eth0" });
    expect(told.map(({ step }) => step)).toEqual([
      "creating",
      "created",
      "starting",
      "running",
      "waiting-for-address",
      "addressed",
    ]);
    expect(new Set(told.map(({ container }) => container))).toEqual(new Set(["c1"]));
  });

  test("what a spec says is what the server is asked for", async () => {
    const devices = { data: { type: "disk", path: "/srv", source: "/tmp" } };
    await server.createContainer({
      name: "c1",
      image,
      architecture: "amd64",
      instanceType: "c2-m4",
      config: { "user.x": "1" },
      devices,
      profiles: ["default"],
      ephemeral: true,
      description: "one",
    });
    const { value } = await server.client.instances.get("c1");
    expect(value).toMatchObject({
      type: "container",
      architecture: "x86_64",
      devices,
      ephemeral: true,
      description: "one",
    });
    expect(value.config).toMatchObject({
      "limits.cpu": "2",
      "limits.memory": flavour === "lxd" ? "4096MB" : "4096MiB",
      "user.x": "1",
    });
  });

  test("row 11: created, started and read, with nothing in between", async () => {
    const seen = fake.requests.length;
    const made = await server.createContainer({ name: "c1", image });
    const paths = fake.requests.slice(seen).map(({ method, path }) => `${method} ${path}`);
    expect(paths.filter((path) => !path.endsWith("/1.0/events"))).toEqual([
      // Asked before, so that no image is downloaded for a name that is taken.
      "GET /1.0/instances/c1",
      "POST /1.0/instances",
      "PUT /1.0/instances/c1/state",
      "GET /1.0/instances/c1",
    ]);
    expect(made).toMatchObject({ name: "c1", addresses: [], value: { name: "c1", status: "Running" } });
    const changed = { ...made, value: { ...made.value, config: { ...made.value.config, "user.x": "1" } } };
    expect(await server.writeContainer(changed)).toBe(true);
  });

  test("one that is not to be started stays stopped, and nothing of it can be waited for", async () => {
    const spec = { name: "c1", image, start: false };
    expect((await server.createContainer(spec)).value.status).toBe("Stopped");
    const waiting = server.createContainer({ ...spec, name: "c2" }, { waitFor: "address" });
    await expect(waiting).rejects.toMatchObject({ code: "BAD_CONTAINER_SPEC" });
  });

  // Row 2 of the regression tests.
  test("a last reading that fails: it says that the container runs, and offers to remove it", async () => {
    const failure = (): Promise<unknown> =>
      server
        .createContainer(
          { name: "c1", image },
          {
            onProgress: ({ step }) => {
              if (step !== "running") return;
              fake.failRequest({ method: "GET", path: "/1.0/instances/c1", status: 500, error: "database is locked" });
            },
          },
        )
        .catch((error: unknown) => error);
    const error = await failure();
    if (!(error instanceof UnreadContainerError)) throw error;
    expect(error).toMatchObject({
      code: "CONTAINER_UNREAD",
      container: "c1",
      message: expect.stringMatching(/^c1 was created and is running, but could not be read: .*database is locked/),
      cause: { status: 500 },
    });
    expect(await names()).toEqual(["c1"]);
    expect(await error.remove()).toBe(true);
    expect(await names()).toEqual([]);
    expect(await error.remove()).toBe(false);
  });

  test("an abort during the last reading removes it all the same", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const onProgress = ({ step }: Progress): void => {
      if (step === "running") controller.abort(reason);
    };
    const creation = server.createContainer({ name: "c1", image }, { signal: controller.signal, onProgress });
    await expect(creation).rejects.toBe(reason);
    expect(await names()).toEqual([]);
  });

  // Row 17 of the regression tests.
  test("an unknown pool for the root disk is told before anything is made", async () => {
    const devices = { root: { type: "disk", path: "/", pool: "nope" } };
    await expect(server.createContainer({ name: "c1", image, devices })).rejects.toMatchObject({
      code: "POOL_NOT_FOUND",
    });
    expect(fake.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("a virtual machine is made, started and removed in the same way", async () => {
    await using machines = await startFakeServer({ flavour, images: [{ aliases: ["m"], type: "virtual-machine" }] });
    await using other = await openServer(connectUnix({ socketPath: machines.socketPath }));
    const fingerprint = (await other.client.images.aliases.get("m")).value.target;
    const spec = { name: "v1", image: { fingerprint, alias: "m" }, type: "virtual-machine" } as const;
    await other.createContainer(spec, { waitFor: "address" });
    expect((await other.client.instances.get("v1")).value).toMatchObject({
      type: "virtual-machine",
      status: "Running",
    });
    expect(await other.removeContainer("v1", { force: true })).toBe(true);
    // An image for machines makes no container.
    await expect(other.createContainer({ ...spec, type: "container" })).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
    });
    expect(await other.listInstances()).toEqual([]);
  });

  test("without a name the server chooses one", async () => {
    const { name } = await server.createContainer({ image });
    expect(name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(await names()).toEqual([name]);
  });

  test("a name that is taken: said so, the container there is untouched", async () => {
    await server.createContainer({ name: "c1", image });
    const before = (await server.client.instances.get("c1")).etag;
    await expect(server.createContainer({ name: "c1", image })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect((await server.client.instances.get("c1")).etag).toBe(before);
  });

  // Rows 11 and 20 of the regression tests: the operation is forgotten, so the container itself tells.
  test.each(["creating", "created", "starting"] as const)(
    "the daemon restarts while %s: told as it is",
    async (step) => {
      const restarts: Promise<void>[] = [];
      const onProgress = (progress: Progress): void => {
        if (progress.step === step) restarts.push(fake.restart());
      };
      const outcome = await server.createContainer({ name: "c1", image }, { onProgress }).then(
        ({ value }) => value.status,
        (error: unknown) => (error as { code: string }).code,
      );
      await Promise.all(restarts);
      const there = (await server.listInstances()).map(({ status }) => status);
      expect(there).toEqual(outcome === "Running" ? ["Running"] : []);
    },
    20_000,
  );

  test("a name that is taken between the look and the creation: the same", async () => {
    await server.createContainer({ name: "c1", image });
    const before = (await server.client.instances.get("c1")).etag;
    fake.failRequest({ method: "GET", path: "/1.0/instances/c1", status: 404, error: "Not Found" });
    await expect(server.createContainer({ name: "c1", image })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect((await server.client.instances.get("c1")).etag).toBe(before);
  });

  // Rows 12 and 13, and row 1 of the regression tests: nothing is started after a creation that failed.
  test.each([
    ["Creating instance", "before", "CONTAINER_NOT_CREATED"],
    ["Creating instance", "after", "CONTAINER_NOT_CREATED"],
    ["Starting instance", "before", "CONTAINER_NOT_STARTED"],
    ["Starting instance", "after", "CONTAINER_NOT_STARTED"],
  ] as const)("%s fails %s its work: nothing is left", async (description, stage, code) => {
    fake.failOperation({ description, stage, err: "disk full" });
    await expect(server.createContainer({ name: "c1", image })).rejects.toMatchObject({
      code,
      step: expect.stringContaining("c1"),
      message: expect.stringContaining("disk full"),
      cause: { code: "OPERATION_FAILED" },
    });
    const starts = fake.requests.filter(({ method, path }) => method === "PUT" && path.endsWith("/state"));
    expect(starts.some(({ body }) => (body as { action: string }).action === "start")).toBe(
      code === "CONTAINER_NOT_STARTED",
    );
    expect(await names()).toEqual([]);
  });

  test.each(["creating", "created", "starting", "running", "waiting-for-address"] as const)(
    "an abort while %s: nothing is left, the signal's reason is thrown",
    async (step: Step) => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const creation = server.createContainer(
        { name: "c1", image },
        {
          signal: controller.signal,
          waitFor: "address",
          onProgress: (progress) => {
            if (progress.step === step) controller.abort(reason);
          },
        },
      );
      await expect(creation).rejects.toBe(reason);
      expect(await names()).toEqual([]);
    },
  );

  test.each([
    ["POST", "/1.0/instances", "creating"],
    ["PUT", "/1.0/instances/c1/state", "created"],
  ] as const)("the answer to %s %s is lost: what was made is found and removed", async (method, path, before) => {
    const creation = server.createContainer(
      { name: "c1", image },
      {
        onProgress: ({ step }) => {
          if (step === before) fake.dropConnection({ method, path });
        },
      },
    );
    await expect(creation).rejects.toMatchObject({ code: expect.stringMatching(/^CON/) });
    expect(await names()).toEqual([]);
  });

  test("an exception in the progress listener fails the creation, and nothing is left", async () => {
    const failure = new Error("listener");
    const onProgress = ({ step }: Progress): void => {
      if (step === "created") throw failure;
    };
    await expect(server.createContainer({ name: "c1", image }, { onProgress })).rejects.toBe(failure);
    expect(await names()).toEqual([]);
  });

  test("an exception in the listener while cleaning up keeps nothing from being removed", async () => {
    fake.failOperation({ description: "Starting instance", err: "no start" });
    const onProgress = ({ step }: Progress): void => {
      if (step === "cleaning-up") throw new Error("listener");
    };
    await expect(server.createContainer({ name: "c1", image }, { onProgress })).rejects.toMatchObject({
      code: "CONTAINER_NOT_STARTED",
    });
    expect(await names()).toEqual([]);
  });

  test("a server that fails to tell a state for a moment ends no wait", async () => {
    const onProgress = ({ step }: Progress): void => {
      if (step !== "waiting-for-address") return;
      fake.failRequest({ method: "GET", path: "/1.0/instances/c1/state", status: 500, error: "database is locked" });
    };
    const { addresses } = await server.createContainer({ name: "c1", image }, { waitFor: "address", onProgress });
    expect(addresses[0]?.family).toBe("ipv4");
  });

  test("what cannot be removed is told beside the failure", async () => {
    fake.failOperation({ description: "Starting instance", err: "no start" });
    for (let at = 0; at < 6; at += 1)
      fake.failRequest({ method: "DELETE", path: "/1.0/instances/c1", status: 500, error: "busy" });
    await expect(server.createContainer({ name: "c1", image })).rejects.toMatchObject({
      code: "CLEANUP_FAILED",
      errors: [
        { code: "CONTAINER_NOT_STARTED" },
        { code: "CONTAINER_NOT_REMOVED", message: expect.stringContaining("busy") },
      ],
    });
    expect(await names()).toEqual(["c1"]);
  }, 10_000);

  test("a name that the server would refuse is refused before any request", async () => {
    const before = fake.requests.length;
    await expect(server.createContainer({ name: "a_b", image })).rejects.toMatchObject({ code: "BAD_INSTANCE_NAME" });
    expect(fake.requests).toHaveLength(before);
  });
});

test("no address in time: the error tells what was seen, and nothing is left", async () => {
  await open({ leaseMs: 3_600_000 });
  const creation = server.createContainer({ name: "c1", image }, { waitFor: { for: "address", timeoutMs: 500 } });
  await expect(creation).rejects.toMatchObject({
    code: "ADDRESS_TIMEOUT",
    message: expect.stringMatching(/c1 has no usable address after 0\.5 s \(seen: .*eth0: .*lo: 127/),
  });
  expect(await names()).toEqual([]);
});

test("many waits for an address are served by lists, not by one poll each", async () => {
  await open({ leaseMs: 60 });
  const wanted = Array.from({ length: 12 }, (_, at) => `c${String(at)}`);
  await Promise.all(wanted.map((name) => server.createContainer({ name, image }, { waitFor: "address" })));
  const single = fake.requests.filter(({ path }) => path.endsWith("/state") && path.startsWith("/1.0/instances/"));
  const gets = single.filter(({ method }) => method === "GET");
  expect(gets.length).toBeLessThan(wanted.length);
  expect((await server.waitForAddress("c3", { family: "ipv4" }))[0]?.family).toBe("ipv4");
});

test("a container that stops while its address is waited for ends the wait", async () => {
  await open({ leaseMs: 3_600_000 });
  await server.createContainer({ name: "c1", image });
  const wait = server.waitForAddress("c1");
  const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
  await (await server.client.instances.setState("c1", stop)).wait();
  await expect(wait).rejects.toMatchObject({ code: "CONTAINER_NOT_RUNNING" });
  await expect(server.waitForAddress("nobody")).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
});
