import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { Connection, WebSocketEnd } from "./connection.ts";
import { openStage, outcome, sync } from "./stage.test-support.ts";

const path = "/1.0";

test("closing ends everything that is open, each with an error that says so", async () => {
  await using on = await openStage();
  const webSockets = new WebSocketServer({ noServer: true });
  let arrived = 0;
  let allThere = (): void => undefined;
  const areThere = new Promise<void>((resolve) => {
    allThere = resolve;
  });
  const arrive = (): void => {
    arrived += 1;
    if (arrived === 8) allThere();
  };
  const server = await on.http((request, response) => {
    if (request.url === "/begun") response.writeHead(200).write("{");
    arrive();
  });
  server.server.on("upgrade", (request: IncomingMessage, socket: Socket, head: Buffer) => {
    arrive();
    // A socket that nobody reads does not see its end.
    if (request.url !== "/socket") socket.resume();
    if (request.url === "/socket") webSockets.handleUpgrade(request, socket, head, () => undefined);
    if (request.url === "/raw") {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: sftp\r\n\r\n");
    }
  });
  const connection = on.connectWith(server, { maxSockets: 4 });

  let end = (_end: WebSocketEnd): void => undefined;
  const ended = new Promise<WebSocketEnd>((resolve) => {
    end = resolve;
  });
  const handle = await connection.openWebSocket("/socket", { onClose: (how) => end(how) });
  const raw = await connection.upgrade("/raw", { protocol: "sftp" });
  const { body } = await connection.stream({ method: "GET", path: "/begun" });
  const never = (): never => expect.fail("it was never open");
  const calls = [
    outcome(connection.request({ method: "GET", path: "/waiting" })),
    outcome(connection.request({ method: "GET", path: "/begun" })),
    outcome(connection.stream({ method: "GET", path: "/begun" }).then((streamed) => buffer(streamed.body))),
    outcome(buffer(body)),
    // No socket is free for these.
    outcome(connection.request({ method: "POST", path: "/queued", body: {} })),
    outcome(connection.stream({ method: "GET", path: "/queued" })),
    outcome(buffer(raw)),
  ];
  const opening = [
    outcome(connection.openWebSocket("/silent", { onClose: never })),
    outcome(connection.upgrade("/silent", { protocol: "sftp" })),
  ];
  await areThere;
  await connection.close();

  for (const { error } of await Promise.all([...calls, ...opening])) {
    expect(error).toMatchObject({
      name: "TransportError",
      code: "CONNECTION_CLOSED",
      address: server.address,
      request: expect.stringMatching(/^(GET|POST) \//),
    });
  }
  expect(await ended).toMatchObject({ code: 1006, error: { code: "CONNECTION_CLOSED", request: "GET /socket" } });
  expect((await outcome(handle.send("late"))).error).toMatchObject({ code: "CONNECTION_CLOSED" });
  expect(raw.destroyed).toBe(true);
  await server.gone();
});

const never = (): never => expect.fail("it was never open");

const calls: readonly (readonly [string, (connection: Connection) => Promise<unknown>])[] = [
  ["request", (connection) => connection.request({ method: "GET", path })],
  ["stream", (connection) => connection.stream({ method: "GET", path })],
  ["web socket", (connection) => connection.openWebSocket(path, { onClose: never })],
  ["upgrade", (connection) => connection.upgrade(path, { protocol: "sftp" })],
];

test.each(calls)("after closing, a new %s fails and connects to nothing", async (_name, call) => {
  await using on = await openStage();
  const server = await on.http(() => undefined);
  const connection = on.connect(server);
  await connection.close();
  expect((await outcome(call(connection))).error).toMatchObject({
    code: "CONNECTION_CLOSED",
    address: server.address,
    request: `GET ${path}`,
  });
  expect(server.sockets).toHaveLength(0);
});

test.each(calls)("closing in the moment in which a %s begins ends it too", async (_name, call) => {
  await using on = await openStage();
  const server = await on.http(() => undefined);
  const connection = on.connect(server);
  const begun = outcome(call(connection));
  await connection.close();
  expect((await begun).error).toMatchObject({ code: "CONNECTION_CLOSED" });
});

test("what the caller aborted before keeps its own reason", async () => {
  await using on = await openStage();
  const connection = on.connect(await on.http(() => undefined));
  const controller = new AbortController();
  const reason = new Error("enough");
  const request = outcome(connection.request({ method: "GET", path, signal: controller.signal }));
  controller.abort(reason);
  await connection.close();
  expect((await request).error).toBe(reason);
});

test("closing waits until all sockets are closed, and can be done twice at once", async () => {
  await using on = await openStage();
  const server = await on.http((_request, response) => void response.end(sync(1)));
  const connection = on.connect(server);
  const requests = Array.from({ length: 10 }, () => connection.request({ method: "GET", path }));
  expect(await Promise.all(requests)).toHaveLength(10);
  const before = process.getActiveResourcesInfo().filter((kind) => kind === "PipeWrap").length;
  await Promise.all([connection.close(), connection.close()]);
  await connection.close();
  await server.gone();
  const after = process.getActiveResourcesInfo().filter((kind) => kind === "PipeWrap").length;
  expect(after).toBeLessThan(before);
});

test("an end that nobody listens for harms nobody", async () => {
  await using on = await openStage();
  const server = await on.http((_request, response) => void response.writeHead(200).write("x"));
  server.server.on("upgrade", (_request, socket: Socket) => {
    socket.resume().write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: sftp\r\n\r\n");
  });
  const connection = on.connect(server);
  const { body } = await connection.stream({ method: "GET", path });
  const raw = await connection.upgrade(path, { protocol: "sftp" });
  await connection.close();
  await server.gone();
  // Who comes late still finds the reason.
  for (const stream of [body, raw]) {
    expect((await outcome(buffer(stream))).error).toMatchObject({ code: "CONNECTION_CLOSED" });
  }
});
