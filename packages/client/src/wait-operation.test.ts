import { createManualClock, type FakeServer, type ManualClock, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Client, createClient } from "./client.ts";

const source = { type: "image", alias: "tiny" } as const;
const createMs = 1_000;

let fake: FakeServer;
let client: Client;
let clock: ManualClock;

/** A server on which time stands still until the test moves it, so that operations end when the test wants. */
async function open(flavour: "lxd" | "incus"): Promise<void> {
  clock = createManualClock();
  fake = await startFakeServer({ flavour, clock, createMs, images: [{ aliases: ["tiny"] }] });
  client = createClient(connectUnix({ socketPath: fake.socketPath }));
}

function count(method: string, path: RegExp): number {
  return fake.requests.filter((request) => request.method === method && path.test(request.path)).length;
}

afterEach(async () => {
  client.events.close();
  await client.connection.close();
  await fake.close();
});

describe.each(["lxd", "incus"] as const)("%s", (flavour) => {
  beforeEach(() => open(flavour));

  test("twenty waits share one events socket and never poll", async () => {
    const names = Array.from({ length: 20 }, (_, at) => `c${String(at)}`);
    const handles = await Promise.all(names.map((name) => client.instances.create({ name, source })));
    const waits = Promise.all(handles.map((handle) => handle.wait()));
    await clock.advance(createMs);
    const ended = await waits;
    expect(ended.map((operation) => operation?.status)).toEqual(names.map(() => "Success"));
    expect(count("GET", /^\/1\.0\/events$/)).toBe(1);
    expect(count("GET", /^\/1\.0\/operations\//)).toBe(0);
  });

  test("a failed operation rejects with the server's text", async () => {
    fake.failOperation({ description: "Creating instance", err: "no space left" });
    const handle = await client.instances.create({ name: "c1", source });
    const wait = handle.wait();
    void clock.advance(createMs);
    await expect(wait).rejects.toMatchObject({
      name: "OperationError",
      code: "OPERATION_FAILED",
      message: "Creating instance failed: no space left",
      operation: { status_code: 400 },
    });
  });

  test("events that break off in the middle are opened again and the operation is read", async () => {
    const handle = await client.instances.create({ name: "c1", source });
    const wait = handle.wait();
    fake.dropEvents();
    await vi.waitFor(() => {
      expect(count("GET", /^\/1\.0\/operations\//)).toBe(1);
    });
    void clock.advance(createMs);
    expect(await wait).toMatchObject({ status: "Success" });
    expect(count("GET", /^\/1\.0\/events$/)).toBe(2);
    expect(count("GET", /^\/1\.0\/operations\//)).toBe(1);
  });

  test("without events the server is asked to wait", async () => {
    const refusal = { path: "/1.0/events", status: 500, error: "no events for you" };
    fake.failRequest(refusal);
    fake.failRequest(refusal);
    const handle = await client.instances.create({ name: "c1", source });
    const wait = handle.wait();
    await vi.waitFor(() => {
      expect(count("GET", /\/wait$/)).toBe(1);
    });
    void clock.advance(createMs);
    expect(await wait).toMatchObject({ status: "Success" });
    expect(count("GET", /^\/1\.0\/operations\/[^/]+\/wait$/)).toBe(1);
  });

  test("without events a failure still has the server's text", async () => {
    const refusal = { path: "/1.0/events", status: 500, error: "no events for you" };
    for (let at = 0; at < 4; at += 1) fake.failRequest(refusal);
    fake.failOperation({ description: "Creating instance", stage: "after", err: "no space left" });
    const handle = await client.instances.create({ name: "c1", source });
    const wait = handle.wait();
    await vi.waitFor(() => {
      expect(count("GET", /\/wait$/)).toBe(1);
    });
    void clock.advance(createMs);
    await expect(wait).rejects.toMatchObject({ code: "OPERATION_FAILED", operation: { err: "no space left" } });
  });

  test("an abort ends the waiting, not the operation", async () => {
    const controller = new AbortController();
    const handle = await client.instances.create({ name: "c1", source });
    const wait = handle.wait({ signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(wait).rejects.toBe(reason);
    void clock.advance(createMs);
    expect(await handle.wait()).toMatchObject({ status: "Success" });
  });

  test("updates are told, and an exception in the listener rejects the wait", async () => {
    const states: string[] = [];
    const handle = await client.instances.create({ name: "c1", source });
    const wait = handle.wait({ onUpdate: ({ status }) => states.push(status) });
    void clock.advance(createMs);
    await wait;
    expect(states.at(-1)).toBe("Success");

    const failure = new Error("listener");
    const second = await client.instances.create({ name: "c2", source });
    const failing = second.wait({
      onUpdate() {
        throw failure;
      },
    });
    void clock.advance(createMs);
    await expect(failing).rejects.toBe(failure);
  });
});

/** Makes the server forget the operation before its end was told. */
function forget(): void {
  fake.failRequest({ path: /^\/1\.0\/operations\//, status: 404, error: "Not Found" });
  fake.dropEvents();
}

describe("an operation that the server forgot before its end was seen", () => {
  const start = { action: "start", timeout: -1, force: false, stateful: false } as const;

  beforeEach(() => open("lxd"));

  async function create(): Promise<void> {
    const handle = await client.instances.create({ name: "c1", source });
    void clock.advance(createMs);
    await handle.wait();
  }

  test("a creation has failed when the instance is not complete", async () => {
    const wait = (await client.instances.create({ name: "c1", source })).wait();
    forget();
    await expect(wait).rejects.toMatchObject({ code: "OPERATION_FAILED", message: expect.stringContaining("forgot") });
  });

  test("a creation was made when the instance is complete", async () => {
    const handle = await client.instances.create({ name: "c1", source });
    forget();
    await clock.advance(createMs);
    expect(await handle.wait()).toMatchObject({ status: "Success" });
  });

  test("a deletion was made when the instance is not there", async () => {
    await create();
    const wait = (await client.instances.delete("c1")).wait();
    forget();
    expect(await wait).toMatchObject({ status: "Success" });
  });

  test("a start has failed when the instance does not run", async () => {
    await create();
    const wait = (await client.instances.setState("c1", start)).wait();
    forget();
    await expect(wait).rejects.toMatchObject({ code: "OPERATION_FAILED" });
  });

  test("a restart has failed when the instance was not started since", async () => {
    await create();
    const handle = await client.instances.setState("c1", start);
    await clock.advance(createMs);
    await handle.wait();
    const wait = (await client.instances.setState("c1", { ...start, action: "restart" })).wait();
    forget();
    await expect(wait).rejects.toMatchObject({ code: "OPERATION_FAILED" });
  });

  test("where the object does not tell, the outcome is unknown", async () => {
    await create();
    const answer = await client.api("PUT", "/1.0/instances/c1/state", { body: start });
    if (answer.kind !== "json") throw new Error("no JSON");
    const wait = answer.handle?.wait();
    forget();
    await expect(wait).rejects.toMatchObject({ code: "OPERATION_GONE" });
  });
});

test("a final event that comes before the answer is not missed", async () => {
  await open("lxd");
  fake.delay({ method: "POST", path: "/1.0/instances", ms: 2 * createMs });
  const answer = client.instances.create({ name: "c1", source });
  await vi.waitFor(() => {
    expect(count("POST", /^\/1\.0\/instances$/)).toBe(1);
  });
  await clock.advance(createMs);
  await clock.advance(createMs);
  const handle = await answer;
  expect(await handle.wait()).toMatchObject({ status: "Success" });
  expect(count("GET", /^\/1\.0\/operations\//)).toBe(0);
});

test("the end of an operation that is told before its start is still the end", async () => {
  await open("lxd");
  await client.events.ready();
  fake.failOperation({ description: "Creating instance", err: "at once" });
  // The answer comes late enough for all events to be there before it.
  fake.delay({ method: "POST", path: "/1.0/instances", ms: createMs });
  const answer = client.instances.create({ name: "c1", source });
  await vi.waitFor(() => {
    expect(count("POST", /^\/1\.0\/instances$/)).toBe(1);
  });
  await clock.advance(createMs);
  await expect((await answer).wait()).rejects.toMatchObject({
    code: "OPERATION_FAILED",
    operation: { err: "at once" },
  });
});
