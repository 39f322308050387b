import { startFakeServer } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { connectUnix } from "./connect-unix.ts";
import type { WebSocketEnd } from "./connection.ts";

const path = "/1.0/events";
const silent = { onMessage: () => undefined, onClose: () => undefined };

test("a refused handshake is the server's refusal, with its status", async () => {
  await using fake = await startFakeServer();
  await using connection = connectUnix({ socketPath: fake.socketPath });
  fake.failRequest({ path, status: 403, error: "not allowed" });
  await expect(connection.openWebSocket(path, silent)).rejects.toMatchObject({ code: "FORBIDDEN", status: 403 });
});

test("without a server the handshake fails as any request does", async () => {
  await using connection = connectUnix({ socketPath: "/nowhere/unix.socket" });
  await expect(connection.openWebSocket(path, silent)).rejects.toMatchObject({
    code: "SOCKET_NOT_FOUND",
    address: "/nowhere/unix.socket",
  });
});

test("messages arrive in order; the loss of the socket is told once", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const messages: string[] = [];
  let losses = 0;
  let lost = (): void => undefined;
  const isLost = new Promise<void>((resolve) => {
    lost = resolve;
  });
  await connection.openWebSocket(path, {
    query: { type: "operation" },
    onMessage: (text) => messages.push(text),
    onClose: () => {
      losses += 1;
      lost();
    },
  });
  const source = { type: "image", alias: "tiny" };
  const { envelope } = await connection.request({
    method: "POST",
    path: "/1.0/instances",
    body: { name: "c1", source },
  });
  await connection.request({ method: "GET", path: `${envelope.operation}/wait` });
  fake.dropEvents();
  await isLost;
  const states = messages.map((text) => (JSON.parse(text) as { metadata: { status: string } }).metadata.status);
  expect(states[0]).toBe("Pending");
  expect(states.at(-1)).toBe("Success");
  expect(losses).toBe(1);
});

test("closing it ends it from our side", async () => {
  await using fake = await startFakeServer();
  await using connection = connectUnix({ socketPath: fake.socketPath });
  let lost = 0;
  const isLost = new Promise<void>((resolve, reject) => {
    const onClose = (): void => {
      lost += 1;
      resolve();
    };
    connection.openWebSocket(path, { ...silent, onClose }).then((socket) => {
      socket.close();
    }, reject);
  });
  await isLost;
  expect(lost).toBe(1);
});

test("an abort before the handshake is over rejects with the signal's reason", async () => {
  await using fake = await startFakeServer();
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const reason = new Error("enough");
  await expect(connection.openWebSocket(path, { ...silent, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const opening = connection.openWebSocket(path, { ...silent, signal: controller.signal });
  controller.abort(reason);
  await expect(opening).rejects.toBe(reason);
});

test("a server that falls silent is lost, and said to be", async () => {
  await using fake = await startFakeServer();
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const end = await new Promise<WebSocketEnd>((resolve, reject) => {
    connection.openWebSocket(path, { silenceMs: 30, onClose: resolve }).catch(reject);
  });
  expect(end).toMatchObject({
    code: 1006,
    error: expect.objectContaining({ message: expect.stringContaining("silent") }),
  });
});
