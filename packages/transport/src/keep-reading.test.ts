import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { connectUnix } from "./connect-unix.ts";
import type { WebSocketEnd } from "./connection.ts";

test("what the other side sent before it left is read, although it takes nothing more", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-transport-"));
  const socketPath = join(folder, "unix.socket");
  const http = createServer();
  const accepted = new Promise<WebSocket>((resolve) => {
    new WebSocketServer({ server: http }).on("connection", resolve);
  });
  await new Promise<void>((resolve) => {
    http.listen(socketPath, resolve);
  });
  try {
    await using connection = connectUnix({ socketPath });
    const heard: string[] = [];
    let end: ((value: WebSocketEnd) => void) | undefined;
    const ended = new Promise<WebSocketEnd>((resolve) => (end = resolve));
    const socket = await connection.openWebSocket("/", {
      onData: (bytes) => heard.push(bytes.toString()),
      onMessage: (text) => heard.push(`text ${text}`),
      onClose: (how) => end?.(how),
    });
    const server = await accepted;
    socket.pause();
    const left = new Promise((resolve) => server.on("close", resolve));
    server.send(Buffer.from("last words"));
    server.send("", () => {
      server.terminate();
    });
    await left;
    await expect(socket.send(Buffer.from("hello?"))).rejects.toBeInstanceOf(Error);
    expect(heard).toEqual([]);
    socket.resume();
    expect(await ended).toMatchObject({ code: 1006 });
    expect(heard).toEqual(["last words", "text "]);
  } finally {
    http.close();
    await rm(folder, { recursive: true });
  }
});
