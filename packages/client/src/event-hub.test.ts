import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Operation } from "@lxdkit/protocol";
import { ApiError, type Connection, type OpenWebSocketOptions, type Query } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { createEventHub } from "./event-hub.ts";

function operationEvent(id: string, status: string, code: number): string {
  const metadata = { id, class: "task", status, status_code: code };
  return JSON.stringify({ type: "operation", timestamp: "2026-01-01T00:00:00Z", metadata });
}

/** A connection whose only ability is to open an events socket, which the test then plays. */
function played(): { connection: Connection; sockets: OpenWebSocketOptions[] } {
  const sockets: OpenWebSocketOptions[] = [];
  const connection = {
    address: "/s",
    openWebSocket: (_path: string, options: OpenWebSocketOptions) => {
      sockets.push(options);
      options.onPing?.();
      return Promise.resolve({ close: () => options.onClose({ code: 1000 }) });
    },
  } as unknown as Connection;
  return { connection, sockets };
}

test("a running state that is told after the end does not undo the end", async () => {
  const { connection, sockets } = played();
  const hub = createEventHub(connection);
  await hub.ready();
  sockets[0]?.onMessage?.(operationEvent("a", "Failure", 400));
  sockets[0]?.onMessage?.(operationEvent("a", "Running", 103));
  expect(hub.lastSeen("a")?.status).toBe("Failure");
});

test("what is no event is passed over; the number of remembered operations is bounded", async () => {
  const { connection, sockets } = played();
  const hub = createEventHub(connection);
  await hub.ready();
  const heard: Operation[] = [];
  hub.listen({ onOperation: (operation) => heard.push(operation) });
  for (const text of ["", "null", "[]", '{"type":"operation"}', '{"type":"operation","timestamp":"t","metadata":{}}']) {
    sockets[0]?.onMessage?.(text);
  }
  expect(heard).toEqual([]);
  for (let at = 0; at <= 1000; at += 1) sockets[0]?.onMessage?.(operationEvent(String(at), "Running", 103));
  expect(heard).toHaveLength(1001);
  expect(hub.lastSeen("0")).toBeUndefined();
  expect(hub.lastSeen("1000")).toBeDefined();
});

test("whoever subscribes to the channel hears of each update, without what may be secret", async () => {
  const { connection, sockets } = played();
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  subscribe("lxdkit:operation:update", listener);
  try {
    await createEventHub(connection).ready();
    const operation = { id: "a", class: "token", status: "Running", status_code: 103 };
    const metadata = { ...operation, metadata: { secret: "s3cret" } };
    sockets[0]?.onMessage?.(JSON.stringify({ type: "operation", timestamp: "2026-01-01T00:00:00Z", metadata }));
    expect(heard).toEqual([{ address: "/s", operation: expect.objectContaining(operation) }]);
    expect(JSON.stringify(heard)).not.toContain("s3cret");
  } finally {
    unsubscribe("lxdkit:operation:update", listener);
  }
});

test("one socket for all; a lost one is told, and opened again with another number", async () => {
  const { connection, sockets } = played();
  const hub = createEventHub(connection);
  expect(await Promise.all([hub.ready(), hub.ready()])).toEqual([1, 1]);
  expect(sockets).toHaveLength(1);
  let losses = 0;
  hub.listen({ onLost: () => (losses += 1) });
  sockets[0]?.onClose({ code: 1006 });
  expect(losses).toBe(1);
  expect(await hub.ready()).toBe(2);
});

test("an abort ends one caller's waiting only", async () => {
  const { connection } = played();
  const hub = createEventHub(connection);
  const reason = new Error("enough");
  await expect(hub.ready({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(await hub.ready()).toBe(1);
});

const brief = { openingMs: 30, pingMs: 20 };

test("a handshake that is never answered ends in time", async () => {
  const connection = {
    openWebSocket: (_path: string, { signal }: OpenWebSocketOptions) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      }),
  } as unknown as Connection;
  await expect(createEventHub(connection, { limits: brief }).ready()).rejects.toMatchObject({ name: "TimeoutError" });
});

test("without a ping nothing is certain, and an exception of one listener does not reach the next", async () => {
  const sockets: OpenWebSocketOptions[] = [];
  const connection = {
    openWebSocket: (_path: string, options: OpenWebSocketOptions) => {
      sockets.push(options);
      return Promise.resolve({ close: () => options.onClose({ code: 1000 }) });
    },
  } as unknown as Connection;
  const hub = createEventHub(connection, { limits: brief });
  expect(await hub.ready()).toBe(0);
  const heard: string[] = [];
  hub.listen({
    onOperation() {
      throw new Error("listener");
    },
  });
  hub.listen({ onOperation: ({ id }) => heard.push(id) });
  sockets[0]?.onMessage?.(operationEvent("a", "Running", 103));
  expect(heard).toEqual(["a"]);
});

test("a ping that comes late makes certain what follows", async () => {
  const sockets: OpenWebSocketOptions[] = [];
  const connection = {
    openWebSocket: (_path: string, options: OpenWebSocketOptions) => {
      sockets.push(options);
      return Promise.resolve({ close: () => undefined });
    },
  } as unknown as Connection;
  const hub = createEventHub(connection, { limits: brief });
  expect(await hub.ready()).toBe(0);
  sockets[0]?.onPing?.();
  expect(await hub.ready()).toBe(1);
});

test("a socket that is gone before the first ping is not waited for", async () => {
  const connection = {
    openWebSocket: (_path: string, { onClose }: OpenWebSocketOptions) => {
      setImmediate(onClose, { code: 1006 });
      return Promise.resolve({ close: () => undefined });
    },
  } as unknown as Connection;
  const hub = createEventHub(connection, { limits: { openingMs: 1_000, pingMs: 60_000 } });
  expect(await hub.ready()).toBe(0);
});

/** A connection that refuses some scopes of events, and what was asked for. */
function refusing(isRefused: (query: Query) => boolean): { connection: Connection; asked: OpenWebSocketOptions[] } {
  const asked: OpenWebSocketOptions[] = [];
  const connection = {
    address: "/s",
    openWebSocket: (path: string, options: OpenWebSocketOptions) => {
      asked.push(options);
      const { query = {} } = options;
      const request = `GET ${path}`;
      if (isRefused(query)) throw new ApiError({ status: 403, serverMessage: "no", request, address: "/s" });
      options.onPing?.();
      return Promise.resolve({ close: () => options.onClose({ code: 1000 }) });
    },
  };
  return { connection: connection as unknown as Connection, asked };
}

describe("a caller who may not listen to all projects", () => {
  const open = () => refusing((query) => query["all-projects"] === true || query["project"] === "secret");

  test("has one socket for each project that is asked for", async () => {
    const { connection, asked } = open();
    const hub = createEventHub(connection);
    const [one, two] = [await hub.ready({ project: "p1" }), await hub.ready({ project: "p2" })];
    expect(one).not.toBe(two);
    expect(await hub.ready({ project: "p1" })).toBe(one);
    expect(asked.map(({ query }) => query)).toEqual([
      { type: "operation,lifecycle", "all-projects": true },
      { type: "operation,lifecycle", project: "p1" },
      { type: "operation,lifecycle", project: "p2" },
    ]);
    asked[1]?.onMessage?.(operationEvent("a", "Running", 103));
    asked[2]?.onMessage?.(operationEvent("b", "Running", 103));
    expect([hub.lastSeen("a"), hub.lastSeen("b")]).toMatchObject([{ id: "a" }, { id: "b" }]);
  });

  test("loses one socket without the other", async () => {
    const { connection, asked } = open();
    const hub = createEventHub(connection);
    const [one, two] = [await hub.ready({ project: "p1" }), await hub.ready({ project: "p2" })];
    asked[1]?.onClose({ code: 1006 });
    expect(await hub.ready({ project: "p2" })).toBe(two);
    expect(await hub.ready({ project: "p1" })).not.toBe(one);
  });

  test("hears of the hub's own project, else of the default one", async () => {
    const own = open();
    await createEventHub(own.connection, { project: "mine" }).ready();
    expect(own.asked.at(-1)?.query).toMatchObject({ project: "mine" });
    const other = open();
    await createEventHub(other.connection).ready();
    expect(other.asked.at(-1)?.query).toMatchObject({ project: "default" });
  });

  test("is told when a project is not for him", async () => {
    const hub = createEventHub(open().connection);
    await expect(hub.ready({ project: "secret" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await hub.ready({ project: "p1" })).toBeGreaterThan(0);
  });

  test("closes all sockets", async () => {
    const { connection } = open();
    const hub = createEventHub(connection);
    let losses = 0;
    hub.listen({ onLost: () => (losses += 1) });
    await Promise.all([hub.ready({ project: "p1" }), hub.ready({ project: "p2" })]);
    hub.close();
    await expect.poll(() => losses).toBe(2);
  });
});
