import { createServer, type Socket } from "node:net";
import { finished } from "node:stream/promises";
import { buffer } from "node:stream/consumers";
import { buildConnector } from "undici";
import { expect, test } from "vitest";
import { httpConnection } from "./http-connection.ts";
import { openStage, outcome, type Stage, type StagedServer } from "./stage.test-support.ts";

const path = "/1.0/sftp";
const agreed = "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: SFTP\r\n\r\n";
const sftp = { protocol: "sftp" };

/** A server that answers the handshake with these bytes, then goes its own way. */
function answering(on: Stage, answer: string, then: (socket: Socket) => void = () => undefined): Promise<StagedServer> {
  return on.raw((socket) => {
    socket.once("data", () => {
      socket.write(answer, () => setImmediate(then, socket));
    });
  });
}

test.each([
  ["garbage", "SSH-2.0-OpenSSH_9.6\r\n\r\n", "HANDSHAKE_FAILED"],
  ["another protocol", agreed.replace("SFTP", "websocket"), "HANDSHAKE_FAILED"],
  ["headers without end", `${agreed.slice(0, -2)}${"x-a: b\r\n".repeat(20_000)}`, "HANDSHAKE_FAILED"],
  ["HTML", "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>", "BAD_ANSWER"],
  ["HTML and a refusal", "HTTP/1.1 502 Bad\r\ncontent-length: 6\r\n\r\n<html>", "SERVER_ERROR"],
  ["a refusal", 'HTTP/1.1 404 No\r\ncontent-length: 35\r\n\r\n{"type":"error","error_code":404  }', "NOT_FOUND"],
])("%s instead of the change", async (_name, answer, code) => {
  await using on = await openStage();
  const server = await answering(on, answer);
  const { error } = await outcome(on.connect(server).upgrade(path, sftp));
  expect(error).toMatchObject({ code, address: server.address, request: `GET ${path}` });
  await server.gone();
});

test.each([
  ["at once", (socket: Socket): void => void socket.destroy()],
  ["when it is asked", (socket: Socket): void => void socket.once("data", () => socket.destroy())],
  ["after half a line", (socket: Socket): void => void socket.once("data", () => socket.end("HTTP/1.1 10"))],
  [
    "in a refusal",
    (socket: Socket): void =>
      void socket.once("data", () => socket.end("HTTP/1.1 403 No\r\ncontent-length: 9\r\n\r\n{")),
  ],
])("closing %s is a lost connection", async (_name, onSocket) => {
  await using on = await openStage();
  const { error } = await outcome(on.connect(await on.raw(onSocket)).upgrade(path, sftp));
  expect(error).toMatchObject({ name: "TransportError", code: "CONNECTION_LOST", request: `GET ${path}` });
});

test.each([
  ["no answer", ""],
  ["half an answer", "HTTP/1.1 101 Switching"],
  ["a refusal that does not end", "HTTP/1.1 403 Forbidden\r\ncontent-length: 100\r\n\r\n{"],
])("%s is a time-out", async (_name, start) => {
  await using on = await openStage();
  const server = await answering(on, start);
  const { error, ms } = await outcome(on.connect(server).upgrade(path, { ...sftp, timeoutMs: 50 }));
  expect(error).toMatchObject({
    code: "TIMEOUT",
    address: server.address,
    message: `GET ${path} did not change to sftp within 50 ms`,
  });
  expect(ms).toBeLessThan(1_000);
  await server.gone();
});

test("bytes go both ways, those that come together with the agreement first, and an orderly end is an end", async () => {
  await using on = await openStage();
  const server = await answering(on, `${agreed}hello `, (socket) => {
    socket.on("data", (bytes: Buffer) => {
      socket.end(bytes.toString().toUpperCase());
    });
  });
  const stream = await on.connect(server).upgrade(path, sftp);
  stream.write("world");
  expect((await buffer(stream)).toString()).toBe("hello WORLD");
  await finished(stream);
  await server.gone();
});

test("a reader that is slow gets all of it, and holds up the server", async () => {
  await using on = await openStage();
  const size = 20 * 1024 * 1024;
  let isWritten = false;
  const server = await answering(on, agreed, (socket) => {
    socket.end(Buffer.alloc(size), () => {
      isWritten = true;
    });
  });
  const stream = await on.connect(server).upgrade(path, sftp);
  await new Promise((resolve) => stream.once("readable", resolve));
  let turns = 0;
  while (turns < 2_000) {
    turns += 1;
    await new Promise(setImmediate);
  }
  expect(isWritten).toBe(false);
  expect(await buffer(stream)).toHaveLength(size);
});

test("what came before an orderly end can be read after it", async () => {
  await using on = await openStage();
  const server = await answering(on, agreed, (socket) => void socket.end("farewell"));
  const stream = await on.connect(server).upgrade(path, sftp);
  await new Promise((resolve) => stream.once("readable", resolve));
  await server.gone();
  expect((await buffer(stream)).toString()).toBe("farewell");
});

test("a server that reads nothing holds up the writer", async () => {
  await using on = await openStage();
  const server = await answering(on, agreed, (socket) => void socket.pause());
  const stream = await on.connect(server).upgrade(path, sftp);
  const chunk = Buffer.alloc(64 * 1024);
  let written = 0;
  while (stream.write(chunk) && written < 100) written += 1;
  expect(written).toBeLessThan(100);
  stream.destroy();
});

test("a connection that breaks is lost, for readers and for writers", async () => {
  await using on = await openStage();
  let cut = (): void => undefined;
  const server = await on.tcp(
    createServer((socket) => {
      socket.once("data", () => {
        socket.write(agreed);
        cut = () => void socket.resetAndDestroy();
      });
    }),
  );
  const origin = `http://${server.address}`;
  const where = { connector: buildConnector({}), address: origin, origin };
  const connection = on.keep(httpConnection({ ...where, explain: () => undefined }));
  const stream = await connection.upgrade(path, sftp);
  const lost = { name: "TransportError", code: "CONNECTION_LOST", address: origin, request: `GET ${path}` };
  const reading = outcome(buffer(stream));
  cut();
  expect((await reading).error).toMatchObject(lost);
  const written = new Promise((resolve) => stream.write("late", resolve));
  expect(await written).toBeInstanceOf(Error);
});

test("a stream that nobody needs any more is let go with its socket", async () => {
  await using on = await openStage();
  const server = await answering(on, agreed);
  const stream = await on.connect(server).upgrade(path, sftp);
  stream.destroy();
  await server.gone();
  expect(server.open()).toBe(0);
});
