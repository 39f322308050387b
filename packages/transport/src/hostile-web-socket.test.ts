import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import type { OpenWebSocketOptions, WebSocketEnd, WebSocketHandle } from "./connection.ts";
import { openStage, outcome, type Stage, type StagedServer } from "./stage.test-support.ts";

const path = "/1.0/events";
const upgraded = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n";
const neverOpen = { onClose: (): never => expect.fail("it was never open") };

/** The header by which a server agrees to the handshake. */
function accept(handshake: Buffer): string {
  const key = /^sec-websocket-key: (.*)\r$/im.exec(handshake.toString())?.[1] ?? "";
  const digest = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `sec-websocket-accept: ${digest}\r\n`;
}

/** A server that answers the handshake with these bytes. */
function answering(on: Stage, answer: (handshake: Buffer, socket: Socket) => string | Buffer): Promise<StagedServer> {
  return on.raw((socket) => {
    socket.once("data", (handshake: Buffer) => {
      socket.write(answer(handshake, socket));
    });
  });
}

interface Opened {
  readonly handle: WebSocketHandle;
  readonly ended: Promise<WebSocketEnd>;
  readonly server: StagedServer;
}

/** Opens a web socket to a server that agrees, then goes its own way. */
async function opened(
  on: Stage,
  then: (socket: Socket) => void,
  options?: Partial<OpenWebSocketOptions>,
): Promise<Opened> {
  const server = await answering(on, (handshake, socket) => {
    setImmediate(then, socket);
    return `${upgraded}${accept(handshake)}\r\n`;
  });
  let onClose = (_end: WebSocketEnd): void => undefined;
  const ended = new Promise<WebSocketEnd>((resolve) => {
    onClose = resolve;
  });
  const handle = await on.connect(server).openWebSocket(path, { ...options, onClose: (end) => onClose(end) });
  return { handle, ended, server };
}

const frame = (...bytes: readonly number[]): Buffer => Buffer.from(bytes);

test.each([
  ["garbage", () => "SSH-2.0-OpenSSH_9.6\r\n\r\n", "HANDSHAKE_FAILED"],
  ["no accept header", () => `${upgraded}\r\n`, "HANDSHAKE_FAILED"],
  ["a wrong accept header", () => `${upgraded}sec-websocket-accept: AAAA\r\n\r\n`, "HANDSHAKE_FAILED"],
  [
    "another protocol",
    (handshake: Buffer) => `${upgraded.replace("websocket", "h2c")}${accept(handshake)}\r\n`,
    "HANDSHAKE_FAILED",
  ],
  [
    "an extension that nobody asked for",
    (handshake: Buffer) => `${upgraded}${accept(handshake)}sec-websocket-extensions: permessage-deflate\r\n\r\n`,
    "HANDSHAKE_FAILED",
  ],
  ["headers without end", () => `${upgraded}${"x-a: b\r\n".repeat(20_000)}`, "HANDSHAKE_FAILED"],
  ["HTML", () => "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>", "BAD_ANSWER"],
  ["HTML and a refusal", () => "HTTP/1.1 502 Bad\r\ncontent-length: 6\r\n\r\n<html>", "SERVER_ERROR"],
  ["half a refusal", (_handshake: Buffer, socket: Socket) => cutAfter(socket, "HTTP/1.1 403 No\r\n\r\n{"), "FORBIDDEN"],
  [
    "less than it says",
    (_handshake: Buffer, socket: Socket) => cutAfter(socket, "HTTP/1.1 403 No\r\ncontent-length: 9\r\n\r\n{"),
    "CONNECTION_LOST",
  ],
  ["half a status line", (_handshake: Buffer, socket: Socket) => cutAfter(socket, "HTTP/1.1 1"), "CONNECTION_LOST"],
])("%s instead of the handshake", async (_name, answer, code) => {
  await using on = await openStage();
  const server = await answering(on, answer);
  const { error } = await outcome(on.connect(server).openWebSocket(path, neverOpen));
  expect(error).toMatchObject({
    code,
    address: server.address,
    request: `GET ${path}`,
  });
  await server.gone();
});

function cutAfter(socket: Socket, text: string): string {
  setImmediate(() => socket.end());
  return text;
}

test.each([
  ["at once", (socket: Socket): void => void socket.destroy()],
  ["when the handshake is there", (socket: Socket): void => void socket.once("data", () => socket.destroy())],
])("closing %s is a lost connection", async (_name, onSocket) => {
  await using on = await openStage();
  const { error } = await outcome(on.connect(await on.raw(onSocket)).openWebSocket(path, neverOpen));
  expect(error).toMatchObject({ name: "TransportError", code: "CONNECTION_LOST", request: `GET ${path}` });
});

test.each([
  ["no answer", ""],
  ["half an answer", `${upgraded}x`],
  ["a refusal that does not end", "HTTP/1.1 403 Forbidden\r\ncontent-length: 100\r\n\r\n{"],
])("%s to the handshake is a time-out", async (_name, start) => {
  await using on = await openStage();
  const server = await answering(on, () => start);
  const { error, ms } = await outcome(on.connect(server).openWebSocket(path, { ...neverOpen, timeoutMs: 50 }));
  expect(error).toMatchObject({
    code: "TIMEOUT",
    address: server.address,
    message: `the web socket GET ${path} was not opened within 50 ms`,
  });
  expect(ms).toBeLessThan(1_000);
  await server.gone();
});

test.each([
  ["right after the handshake", (socket: Socket): void => void socket.destroy()],
  ["in the middle of a frame", (socket: Socket): void => void socket.end(frame(0x82, 100, 1, 2, 3))],
  ["in the middle of a message", (socket: Socket): void => void socket.end(frame(0x02, 1, 1))],
])("a connection that closes %s is lost, and said to be", async (_name, then) => {
  await using on = await openStage();
  const messages: Buffer[] = [];
  const { ended, handle, server } = await opened(on, then, { onData: (bytes) => messages.push(bytes) });
  const lost = { name: "TransportError", code: "CONNECTION_LOST", address: server.address, request: `GET ${path}` };
  expect(await ended).toMatchObject({ code: 1006, error: lost });
  expect((await outcome(handle.send("late"))).error).toMatchObject(lost);
  expect(messages).toEqual([]);
  await server.gone();
});

test.each([
  ["is longer than any may be", frame(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0)],
  ["is longer than a number can say", frame(0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
  ["is just over the limit", frame(0x82, 127, 0, 0, 0, 0, 4, 0, 0, 1)],
  ["is no UTF-8", frame(0x81, 2, 0xc3, 0x28)],
  ["has reserved bits", frame(0xf1, 0)],
  ["has no known kind", frame(0x83, 0)],
  ["is masked", frame(0x81, 0x81, 1, 2, 3, 4, 5)],
  ["continues nothing", frame(0x80, 1, 1)],
  ["is a ping in parts", frame(0x09, 0)],
  ["is a ping that is too long", frame(0x89, 126, 0, 126)],
  ["is a close with half a code", frame(0x88, 1, 3)],
  ["is a close with a code that is none", frame(0x88, 2, 0, 1)],
])("a frame that %s breaks the web socket", async (_name, bytes) => {
  await using on = await openStage();
  const misbehave = (socket: Socket): void => {
    socket.write(bytes);
    // Our side says why it ends; that is answered with the end.
    socket.once("data", () => socket.destroy());
  };
  const nothing = (): never => expect.fail("it is no message");
  const { ended, server } = await opened(on, misbehave, { onData: nothing, onMessage: nothing });
  expect(await ended).toMatchObject({
    code: 1006,
    error: {
      name: "TransportError",
      code: "WEB_SOCKET_BROKEN",
      address: server.address,
      request: `GET ${path}`,
      cause: expect.any(Error),
    },
  });
  await server.gone();
});

test("a message in many small parts stops at a limit too", async () => {
  await using on = await openStage();
  const { ended, server } = await opened(on, (socket) => {
    socket.once("data", () => socket.destroy());
    socket.write(frame(0x02, 1, 0));
    socket.write(Buffer.concat(Array.from({ length: 20_000 }, () => frame(0x00, 1, 0))));
  });
  expect(await ended).toMatchObject({ code: 1006, error: { code: "WEB_SOCKET_BROKEN" } });
  await server.gone();
});

test("a broken web socket ends soon, whatever the other side does", async () => {
  await using on = await openStage();
  const start = performance.now();
  const { ended, server } = await opened(on, (socket) => void socket.write(frame(0x83, 0)));
  expect(await ended).toMatchObject({ error: { code: "WEB_SOCKET_BROKEN" } });
  expect(performance.now() - start).toBeLessThan(2_000);
  await server.gone();
});

test("a server that falls silent is given up", async () => {
  await using on = await openStage();
  const { ended, server } = await opened(on, (socket) => void socket.write(frame(0x81, 1, 0x61)), { silenceMs: 50 });
  expect(await ended).toMatchObject({
    code: 1006,
    error: {
      name: "TransportError",
      code: "TIMEOUT",
      address: server.address,
      request: `GET ${path}`,
      message: `GET ${path}: the other side was silent for 50 ms`,
    },
  });
  await server.gone();
});

test("while nobody reads, silence says nothing; it counts again from when somebody does", async () => {
  await using on = await openStage();
  const { ended, handle } = await opened(on, () => undefined, { silenceMs: 40 });
  handle.pause();
  await new Promise((resolve) => setTimeout(resolve, 120));
  const start = performance.now();
  handle.resume();
  expect(await ended).toMatchObject({ error: { code: "TIMEOUT" } });
  expect(performance.now() - start).toBeGreaterThan(35);
});

test("messages that come after a pause do not let silence count", async () => {
  await using on = await openStage();
  let pause = (): void => undefined;
  const seen: string[] = [];
  let end: WebSocketEnd | undefined;
  const messages = frame(0x81, 1, 0x61, 0x81, 1, 0x62, 0x81, 1, 0x63);
  const answer = (socket: Socket): void => void socket.once("data", () => socket.write(messages));
  const { ended, handle } = await opened(on, answer, {
    silenceMs: 100,
    onMessage(text) {
      seen.push(text);
      pause();
    },
  });
  pause = () => {
    handle.pause();
  };
  await handle.send("go on");
  void ended.then((how) => (end = how));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(seen).toEqual(["a", "b", "c"]);
  expect(end).toBeUndefined();
});

test("a close of the other side is no error", async () => {
  await using on = await openStage();
  const { ended, handle } = await opened(on, (socket) => void socket.end(frame(0x88, 2, 0x03, 0xe8)));
  expect(await ended).toEqual({ code: 1000, error: undefined });
  expect((await outcome(handle.send("late"))).error).toMatchObject({ code: "CONNECTION_LOST" });
});

test("a close of ours that nobody answers is no error, and soon over", async () => {
  await using on = await openStage();
  const { ended, handle, server } = await opened(on, () => undefined);
  const start = performance.now();
  handle.close();
  handle.close();
  expect(await ended).toEqual({ code: 1006, error: undefined });
  expect(performance.now() - start).toBeLessThan(2_000);
  await server.gone();
});

test("what was not taken when the connection breaks is told to whoever sent it", async () => {
  await using on = await openStage();
  const { ended, handle, server } = await opened(on, (socket) => void socket.pause());
  const sends = Array.from({ length: 20 }, () => handle.send(Buffer.alloc(1024 * 1024)));
  const settled = Promise.allSettled(sends);
  server.sockets[0]?.destroy();
  expect(await ended).toMatchObject({ code: 1006, error: { code: "CONNECTION_LOST" } });
  // The first ones may have been taken.
  const failed = (await settled).filter((send) => send.status === "rejected").map(({ reason }) => reason as unknown);
  expect(failed.length).toBeGreaterThan(10);
  for (const error of failed) expect(error).toMatchObject({ code: "CONNECTION_LOST", request: `GET ${path}` });
});

test("messages that come together with the agreement are not lost, and come in order", async () => {
  await using on = await openStage();
  const server = await answering(on, (handshake) =>
    Buffer.concat([
      Buffer.from(`${upgraded}${accept(handshake)}\r\n`),
      frame(0x81, 1, 0x61, 0x82, 1, 0x62, 0x89, 0, 0x81, 1, 0x63, 0x88, 0),
    ]),
  );
  const seen: string[] = [];
  const end = await new Promise<WebSocketEnd>((resolve, reject) => {
    const options: OpenWebSocketOptions = {
      onMessage: (text) => seen.push(`text ${text}`),
      onData: (bytes) => seen.push(`data ${bytes.toString()}`),
      onPing: () => seen.push("ping"),
      onClose: resolve,
    };
    on.connect(server).openWebSocket(path, options).catch(reject);
  });
  expect(seen).toEqual(["text a", "data b", "ping", "text c"]);
  expect(end).toEqual({ code: 1005, error: undefined });
});

test.each(["onMessage", "onData", "onPing"] as const)(
  "an exception in %s ends the socket, and is its error",
  async (name) => {
    await using on = await openStage();
    const failure = new Error("a mistake of the listener");
    const bytes = { onMessage: frame(0x81, 1, 0x61), onData: frame(0x82, 1, 0x61), onPing: frame(0x89, 0) };
    let calls = 0;
    const failing = (): never => {
      calls += 1;
      throw failure;
    };
    const { ended, server } = await opened(on, (socket) => void socket.write(bytes[name]), { [name]: failing });
    expect(await ended).toEqual({ code: 1006, error: failure });
    expect(calls).toBe(1);
    await server.gone();
  },
);

test("the path goes out as it is", async () => {
  await using on = await openStage();
  let line: string | undefined;
  const server = await answering(on, (handshake) => {
    line = handshake.toString().split("\r\n")[0];
    return "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
  });
  const odd = "/1.0/a%2Fb/%2e%2e/../'x'/..";
  await outcome(on.connect(server).openWebSocket(odd, { ...neverOpen, query: { "a b": "'c'&d" } }));
  expect(line).toBe(`GET ${odd}?a+b=%27c%27%26d HTTP/1.1`);
});
