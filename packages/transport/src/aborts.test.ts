import { getEventListeners } from "node:events";
import { createServer, type Socket } from "node:net";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { beforeAll, expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { closed, openStage, outcome, sync } from "./stage.test-support.ts";

let pair: CertificatePair;

beforeAll(async () => {
  pair = await createSelfSignedCertificate({ usage: "server", commonName: "s" });
});

const path = "/1.0";
const reason = new Error("enough");
const neverOpen = (): never => expect.fail("it was never open");

type Call = (connection: Connection, signal: AbortSignal) => Promise<unknown>;

const calls: readonly (readonly [string, Call])[] = [
  ["a request", (connection, signal) => connection.request({ method: "GET", path, signal })],
  ["a write", (connection, signal) => connection.request({ method: "POST", path, body: {}, signal })],
  ["a stream", (connection, signal) => connection.stream({ method: "GET", path, signal })],
  ["a web socket", (connection, signal) => connection.openWebSocket(path, { signal, onClose: neverOpen })],
  ["an upgrade", (connection, signal) => connection.upgrade(path, { protocol: "sftp", signal })],
];

test.each(calls)("%s that is aborted before it begins connects to nothing", async (_name, call) => {
  await using on = await openStage();
  const server = await on.http(() => expect.fail("nothing was asked"));
  expect((await outcome(call(on.connect(server), AbortSignal.abort(reason)))).error).toBe(reason);
  expect(server.sockets).toHaveLength(0);
});

test.each(calls)("%s that is aborted while it connects ends at once", async (_name, call) => {
  await using on = await openStage(pair);
  const controller = new AbortController();
  // The port is open, and TLS never begins.
  const silent = await on.tcp(
    createServer((socket) => {
      socket.resume();
      controller.abort(reason);
    }),
  );
  const { error, ms } = await outcome(call(on.connect(silent), controller.signal));
  expect(error).toBe(reason);
  expect(ms).toBeLessThan(1_000);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test.each(calls.slice(3))(
  "%s that is aborted while it connects leaves no socket that connects",
  async (_name, call) => {
    await using on = await openStage(pair);
    const controller = new AbortController();
    const silent = await on.tcp(
      createServer((socket) => {
        socket.resume();
        controller.abort(reason);
      }),
    );
    expect((await outcome(call(on.connect(silent), controller.signal))).error).toBe(reason);
    await silent.gone();
    expect(silent.sockets).toHaveLength(1);
  },
);

test.each(calls.slice(0, 3))(
  "%s that is aborted while it waits for a free socket is never sent",
  async (_name, call) => {
    await using on = await openStage();
    const seen: (() => void)[] = [];
    const server = await on.http((_request, response) => {
      seen.push(() => void response.end(sync(1)));
      held();
    });
    let held = (): void => undefined;
    const isHeld = new Promise<void>((resolve) => {
      held = resolve;
    });
    const connection = on.connectWith(server, { maxSockets: 1 });
    const first = connection.request({ method: "GET", path });
    await isHeld;
    const controller = new AbortController();
    const waiting = outcome(call(connection, controller.signal));
    controller.abort(reason);
    expect((await waiting).error).toBe(reason);
    seen[0]?.();
    expect((await first).status).toBe(200);
    const last = connection.request({ method: "GET", path });
    held = () => seen[1]?.();
    expect((await last).status).toBe(200);
    expect(seen).toHaveLength(2);
  },
);

test.each(calls)("%s that is aborted while it waits for the answer ends its socket", async (_name, call) => {
  await using on = await openStage();
  const controller = new AbortController();
  const used: Socket[] = [];
  const server = await on.raw((socket) => {
    used.push(socket);
    socket.once("data", () => {
      controller.abort(reason);
    });
  });
  expect((await outcome(call(on.connect(server), controller.signal))).error).toBe(reason);
  await closed(used[0] as Socket);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test.each(calls)("%s that is aborted while a refusal is read ends its socket", async (_name, call) => {
  await using on = await openStage();
  const controller = new AbortController();
  const used: Socket[] = [];
  const server = await on.raw((socket) => {
    used.push(socket);
    socket.once("data", () => {
      socket.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 100\r\n\r\n{", () => setImmediate(abort));
    });
  });
  const abort = (): void => {
    controller.abort(reason);
  };
  expect((await outcome(call(on.connect(server), controller.signal))).error).toBe(reason);
  await closed(used[0] as Socket);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("an upload that is aborted is no complete body, and releases its source", async () => {
  await using on = await openStage();
  const controller = new AbortController();
  const ends: boolean[] = [];
  const server = await on.http((request) => {
    request
      .on("error", () => undefined)
      .on("close", () => {
        ends.push(request.complete);
      });
    request.once("data", () => {
      controller.abort(reason);
    });
  });
  const content = Readable.from(endless());
  const options = { method: "POST", path, content, signal: controller.signal } as const;
  expect((await outcome(on.connect(server).request(options))).error).toBe(reason);
  await closed(content);
  await closed(server.sockets[0] as Socket);
  expect(ends).toEqual([false]);
});

test("an abort in the middle of a body ends the request, and the body of a stream", async () => {
  await using on = await openStage();
  let abort = (): void => undefined;
  const server = await on.http((_request, response) => {
    response.writeHead(200).write("{", () => setImmediate(abort));
  });
  const connection = on.connect(server);
  const requesting = new AbortController();
  abort = () => {
    requesting.abort(reason);
  };
  const request = connection.request({ method: "GET", path, signal: requesting.signal });
  expect((await outcome(request)).error).toBe(reason);

  abort = () => undefined;
  const streaming = new AbortController();
  const { body } = await connection.stream({ method: "GET", path, signal: streaming.signal });
  body.once("data", () => {
    streaming.abort(reason);
  });
  expect((await outcome(buffer(body))).error).toBe(reason);
  for (const signal of [requesting.signal, streaming.signal]) {
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  }
});

test("a body that nobody reads any more is let go with its socket", async () => {
  await using on = await openStage();
  const controller = new AbortController();
  const server = await on.http((_request, response) => void response.writeHead(200).write("x"));
  const { body } = await on.connect(server).stream({ method: "GET", path, signal: controller.signal });
  body.destroy();
  await closed(server.sockets[0] as Socket);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("an abort after the answer, or of a socket that is open, does nothing", async () => {
  await using on = await openStage();
  const server = await on.http((_request, response) => void response.end(sync(1)));
  const controller = new AbortController();
  const { status } = await on.connect(server).request({ method: "GET", path, signal: controller.signal });
  controller.abort(reason);
  expect(status).toBe(200);
  expect((await on.connect(server).request({ method: "GET", path })).status).toBe(200);
});

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield await Promise.resolve(Buffer.alloc(64 * 1024));
}
