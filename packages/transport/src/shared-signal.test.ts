import { getEventListeners } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { openStage, sync } from "./stage.test-support.ts";

const warnings: Error[] = [];
const onWarning = (warning: Error): void => void warnings.push(warning);

beforeEach(() => {
  warnings.length = 0;
  process.on("warning", onWarning);
});

afterEach(() => {
  process.off("warning", onWarning);
});

test("many requests and web sockets with one signal leave no listeners on it", async () => {
  await using on = await openStage();
  const webSockets = new WebSocketServer({ noServer: true });
  const server = await on.http((_request, response) => void response.end(sync(1)));
  server.server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    webSockets.handleUpgrade(request, socket, head, () => undefined);
  });
  const connection = on.connect(server);
  const { signal } = new AbortController();
  let closes = 0;
  let allClosed = (): void => undefined;
  const areClosed = new Promise<void>((resolve) => {
    allClosed = resolve;
  });
  const onClose = (): void => {
    closes += 1;
    if (closes === 20) allClosed();
  };
  const requests = Array.from({ length: 100 }, () => connection.request({ method: "GET", path: "/1.0", signal }));
  const opening = Array.from({ length: 20 }, () => connection.openWebSocket("/1.0/events", { signal, onClose }));
  const [answers, sockets] = await Promise.all([Promise.all(requests), Promise.all(opening)]);
  expect(answers.map(({ status }) => status)).toEqual(requests.map(() => 200));
  expect(getEventListeners(signal, "abort")).toHaveLength(0);

  const streams = await Promise.all(
    Array.from({ length: 20 }, () => connection.stream({ method: "GET", path: "/1.0", signal })),
  );
  for (const { body } of streams) await body.toArray();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);

  for (const socket of sockets) socket.close();
  await areClosed;
  // A warning comes one turn later.
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
  // The pool has its own limit; each web socket has a socket of its own.
  expect(server.sockets.length).toBeLessThanOrEqual(32 + 20);
});
