import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test, vi } from "vitest";
import { createClient } from "../client.ts";
import { refuse, startScriptedServer } from "../contract/scripted-server.ts";
import type { EventWatch } from "./watch-events.ts";
import type { WatchedEvent } from "./watched-event.ts";

function lifecycle(action: string): object {
  return { type: "lifecycle", metadata: { action, source: "/1.0/instances/c1" }, project: "web", location: "m1" };
}

async function take(watch: EventWatch, count: number): Promise<WatchedEvent[]> {
  const events: WatchedEvent[] = [];
  for await (const event of watch) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

test("events come typed and in order; leaving the loop closes the socket", async () => {
  await using server = await startScriptedServer();
  const watch = await server.client.watchEvents({ types: ["lifecycle", "logging"] });
  server.tell(lifecycle("instance-started"));
  server.tell({ type: "logging", metadata: { message: "hello", level: "info", context: null } });
  server.tell({ type: "operation", metadata: { id: "a", class: "task", status: "Running", status_code: 103 } });
  server.tell({ type: "ovn", metadata: [1] });
  server.tell({ type: "lifecycle", metadata: { unheard: true } });
  expect(await take(watch, 5)).toMatchObject([
    { type: "lifecycle", metadata: { action: "instance-started" }, project: "web", location: "m1" },
    { type: "logging", metadata: { message: "hello", level: "info", context: {} } },
    { type: "operation", metadata: { id: "a", status_code: 103, resources: {} } },
    { type: "other", event: { type: "ovn", metadata: [1] } },
    { type: "other", event: { type: "lifecycle" } },
  ]);
  await expect.poll(() => server.openSockets()).toBe(0);
});

test("what is asked for is in the query", async () => {
  const queries: string[] = [];
  await using server = await startScriptedServer({
    onUpgrade({ query }) {
      queries.push(query.toString());
      return false;
    },
  });
  const { client } = server;
  (await client.watchEvents({ types: ["operation", "lifecycle"], allProjects: true })).close();
  (await client.in({ project: "web" }).watchEvents()).close();
  expect(queries).toEqual(["all-projects=true&type=operation%2Clifecycle", "project=web"]);
});

test("a lost connection is made again, and told once", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const client = createClient(connection);
  const controller = new AbortController();
  const watch = await client.watchEvents({ types: ["lifecycle"], signal: controller.signal });
  const heard: string[] = [];
  const loop = (async () => {
    for await (const event of watch) heard.push(event.type === "lifecycle" ? event.metadata.action : event.type);
  })();
  const create = async (name: string) =>
    (await client.instances.create({ name, source: { type: "image", alias: "tiny" } })).wait();
  await create("c1");
  fake.dropEvents();
  await vi.waitFor(() => {
    expect(heard.at(-1)).toBe("resync");
  });
  await create("c2");
  await vi.waitFor(() => {
    expect(heard).toEqual(["instance-created", "resync", "instance-created"]);
  });
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(loop).rejects.toBe(reason);
  client.events.close();
});

test("a server that is away is waited for, and told when it is back; a limit ends the waiting", async () => {
  const fake = await startFakeServer();
  const { socketPath } = fake;
  await using connection = connectUnix({ socketPath });
  const client = createClient(connection);
  const types = ["lifecycle"];
  const watch = await client.watchEvents({ types });
  const hurried = await client.watchEvents({ types, reconnectTimeoutMs: 150 });
  await fake.close();
  await expect(take(hurried, 1)).rejects.toMatchObject({ code: "SOCKET_NOT_FOUND" });
  const late = client.watchEvents({ types });
  const again = await startFakeServer({ socketPath });
  expect(await take(watch, 1)).toMatchObject([{ type: "resync", lostAt: expect.stringMatching(/^\d{4}-/) }]);
  (await late).close();
  await again.close();
});

test.each([
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [400, "BAD_REQUEST"],
])("a refusal with %i is final, at first and later", async (status, code) => {
  let isRefusing = true;
  await using server = await startScriptedServer({
    onUpgrade(_request, socket) {
      if (!isRefusing) return false;
      const text = JSON.stringify({ type: "error", error_code: status, error: "no" });
      socket.end(`HTTP/1.1 ${String(status)} No\r\ncontent-length: ${String(text.length)}\r\n\r\n${text}`);
      return true;
    },
    onRequest(_request, response) {
      refuse(response, status, "no");
      return true;
    },
  });
  await expect(server.client.watchEvents()).rejects.toMatchObject({ code });
  isRefusing = false;
  const watch = await server.client.watchEvents();
  isRefusing = true;
  server.dropEvents();
  await expect(take(watch, 1)).rejects.toMatchObject({ code });
});

test("a slow loop gets what fits and then an error, rather than a gap", async () => {
  await using server = await startScriptedServer();
  const watch = await server.client.watchEvents({ maxBuffered: 3 });
  for (let at = 0; at < 5; at += 1) server.tell(lifecycle(`action-${String(at)}`));
  await expect.poll(() => server.openSockets()).toBe(0);
  const heard: string[] = [];
  const loop = async (): Promise<void> => {
    for await (const event of watch) heard.push(event.type === "lifecycle" ? event.metadata.action : event.type);
  };
  await expect(loop()).rejects.toMatchObject({ code: "EVENT_OVERFLOW" });
  expect(heard).toEqual(["action-0", "action-1", "action-2"]);
});

test("what is no event ends the watch with an error", async () => {
  await using server = await startScriptedServer();
  const watch = await server.client.watchEvents();
  server.tell({ type: 5 });
  await expect(take(watch, 1)).rejects.toMatchObject({ code: "BAD_METADATA" });
});

test("closing ends the loop after what has come", async () => {
  await using server = await startScriptedServer();
  const watch = await server.client.watchEvents();
  server.tell(lifecycle("one"));
  const heard: WatchedEvent[] = [];
  for await (const event of watch) {
    heard.push(event);
    watch.close();
  }
  expect(heard).toHaveLength(1);
});

test("an abort before the server listens rejects with the reason", async () => {
  await using server = await startScriptedServer({ onUpgrade: () => true });
  const reason = new Error("enough");
  const controller = new AbortController();
  const watching = server.client.watchEvents({ signal: controller.signal });
  controller.abort(reason);
  await expect(watching).rejects.toBe(reason);
  await expect(server.client.watchEvents({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("a thousand operations are waited for on one socket, without a poll and in little memory", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], createMs: 200 });
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const client = createClient(connection);
  const names = Array.from({ length: 1_000 }, (_, at) => `c${String(at)}`);
  const source = { type: "image", alias: "tiny" } as const;
  const handles = await Promise.all(names.map((name) => client.instances.create({ name, source })));
  const before = process.memoryUsage().heapUsed;
  const waits = handles.map((handle) => handle.wait());
  const perWait = (process.memoryUsage().heapUsed - before) / waits.length;
  const ended = await Promise.all(waits);
  expect(new Set(ended.map((operation) => operation?.status))).toEqual(new Set(["Success"]));
  const count = (path: RegExp): number => fake.requests.filter((request) => path.test(request.path)).length;
  expect(count(/^\/1\.0\/events$/)).toBe(1);
  expect(count(/^\/1\.0\/operations\//)).toBe(0);
  expect(perWait).toBeLessThan(20_000);
  client.events.close();
}, 30_000);
