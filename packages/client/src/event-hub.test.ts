import type { Operation } from "@lxdkit/protocol";
import type { Connection, OpenWebSocketOptions } from "@lxdkit/transport";
import { expect, test } from "vitest";
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
