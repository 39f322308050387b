import { mkdtemp, rm } from "node:fs/promises";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, type FakeServer, type ManualClock, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Client, createClient } from "./client.ts";
import { withoutEvents } from "./contract/without-events.ts";

const source = { type: "image", alias: "tiny" } as const;
const images = [{ aliases: ["tiny"] }];
const createMs = 1_000;
const goneForGood = 150;

let folder: string;
let clock: ManualClock;
let fake: FakeServer;
let client: Client;
let door: Door;

/** The way to a server, which can be closed while the server goes on: nobody sees it then. */
interface Door {
  /** How many connections were asked for. */
  asked(): number;
  open(): Promise<void>;
  close(): Promise<void>;
}

function doorTo(behind: () => string, socketPath: string): Door {
  const sockets = new Set<Socket>();
  let asked = 0;
  let server: Server;
  return {
    asked: () => asked,
    async open() {
      server = createServer((caller) => {
        asked += 1;
        const callee = createConnection(behind());
        for (const [one, other] of [
          [caller, callee],
          [callee, caller],
        ] as const) {
          sockets.add(one);
          one.on("error", () => other.destroy());
          one.on("close", () => {
            sockets.delete(one);
            other.destroy();
          });
          one.pipe(other);
        }
      });
      await new Promise<void>((resolve) => {
        server.listen(socketPath, resolve);
      });
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-away-"));
  clock = createManualClock();
  fake = await startFakeServer({ clock, createMs, images });
  const socketPath = join(folder, "door.socket");
  door = doorTo(() => fake.socketPath, socketPath);
  await door.open();
  client = createClient(connectUnix({ socketPath }));
});

afterEach(async () => {
  client.events.close();
  await client.connection.close();
  await door.close().catch(() => undefined);
  await fake.close();
  await rm(folder, { recursive: true });
});

async function beginCreation(name = "c1") {
  return client.instances.create({ name, source });
}

function count(path: RegExp): number {
  return fake.requests.filter((request) => path.test(request.path)).length;
}

test("a server that stays away for longer than it may rejects with what was seen last", async () => {
  const handle = await beginCreation();
  await door.close();
  const error: unknown = await handle.wait({ lostTimeoutMs: goneForGood }).catch((e: unknown) => e);
  expect(error).toMatchObject({ name: "TransportError", code: "SOCKET_NOT_FOUND" });
});

test("an operation goes on while nobody sees it, and its end is read", async () => {
  const wait = (await beginCreation()).wait();
  await door.close();
  await clock.advance(createMs);
  await door.open();
  expect(await wait).toMatchObject({ status: "Success" });
  expect(count(/^\/1\.0\/operations\//)).toBe(1);
});

test("an abort ends the waiting for a server that is away", async () => {
  const controller = new AbortController();
  const wait = (await beginCreation()).wait({ signal: controller.signal });
  await door.close();
  const reason = new Error("enough");
  setImmediate(() => {
    controller.abort(reason);
  });
  await expect(wait).rejects.toBe(reason);
});

test("a server that comes back as another has forgotten the operation: what is not there was not made", async () => {
  const wait = (await beginCreation()).wait();
  await door.close();
  await fake.close();
  fake = await startFakeServer({ clock, createMs, images });
  await door.open();
  await expect(wait).rejects.toMatchObject({ code: "OPERATION_FAILED", message: expect.stringContaining("forgot") });
});

test.each([
  ["/1.0/events", 4],
  [/^\/1\.0\/operations\//, 12],
])(
  "a server that says 503 for a while (%s, %i times) is waited for",
  async (path, times) => {
    const wait = (await beginCreation()).wait();
    for (let at = 0; at < times; at += 1) fake.failRequest({ path, status: 503, error: "starting" });
    fake.dropEvents();
    await vi.waitFor(() => {
      expect(fake.requests.filter(({ status }) => status === 503)).toHaveLength(times);
    }, 10_000);
    await clock.advance(createMs);
    expect(await wait).toMatchObject({ status: "Success" });
  },
  15_000,
);

test("a reading that fails with 500 may succeed later; one that is refused may not", async () => {
  const wait = (await beginCreation()).wait();
  const path = /^\/1\.0\/operations\//;
  fake.failRequest({ path, status: 500, error: "Missing event connection with target cluster member" });
  fake.dropEvents();
  await vi.waitFor(() => {
    expect(count(path)).toBe(2);
  });
  fake.failRequest({ path, status: 403, error: "no" });
  fake.dropEvents();
  await expect(wait).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("a hundred waits for a server that is away do not ask a hundred times as often", async () => {
  const handles = await Promise.all(Array.from({ length: 100 }, (_, at) => beginCreation(`c${String(at)}`)));
  const waits = Promise.all(handles.map((handle) => handle.wait()));
  for (let at = 0; at < 4; at += 1) fake.failRequest({ path: "/1.0/events", status: 503, error: "starting" });
  fake.dropEvents();
  await vi.waitFor(() => {
    expect(fake.requests.filter(({ status }) => status === 503)).toHaveLength(4);
  });
  await clock.advance(createMs);
  await waits;
  expect(count(/^\/1\.0\/events$/)).toBeLessThan(10);
});

test("without events, the server is asked to wait for a while at a time, and one that comes back is asked again", async () => {
  const deaf = createClient(withoutEvents(client.connection, "at all"));
  const handle = await deaf.instances.create({ name: "c1", source });
  const wait = handle.wait();
  await vi.waitFor(() => {
    expect(count(/\/wait$/)).toBe(1);
  });
  expect(fake.requests.find(({ path }) => path.endsWith("/wait"))?.query).toMatchObject({ timeout: "30" });
  await door.close();
  await clock.advance(createMs);
  await door.open();
  expect(await wait).toMatchObject({ status: "Success" });
});

test("what a listener throws is never taken for a failure of the server", async () => {
  const failure = Object.assign(new Error("listener"), { code: "CONNECTION_LOST" });
  const handle = await beginCreation();
  const wait = handle.wait({
    onUpdate() {
      throw failure;
    },
  });
  void clock.advance(createMs);
  await expect(wait).rejects.toBe(failure);
});
