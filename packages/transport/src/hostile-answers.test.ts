import type { IncomingMessage, RequestListener } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { beforeAll, describe, expect, test } from "vitest";
import { closed, openStage, outcome, type Stage } from "./stage.test-support.ts";

let pair: CertificatePair;

beforeAll(async () => {
  pair = await createSelfSignedCertificate({ usage: "server", commonName: "s" });
});

const get = { method: "GET", path: "/1.0", retries: 0 } as const;
const html = "<html><body>Bad gateway</body></html>";

const ours = (fields: object): unknown =>
  expect.objectContaining({ name: "TransportError", request: "GET /1.0", address: expect.any(String), ...fields });

describe.each(["unix", "https"])("over %s", (kind) => {
  const stage = (): Promise<Stage> => openStage(kind === "https" ? pair : undefined);

  test.each([
    ["HTML", html],
    ["nothing", ""],
    ["half a document", '{"type":"sync","metadata":{"a":'],
    ["null", "null"],
    ["a list", "[]"],
    ["another type", '{"type":"other"}'],
    ["a number as type", '{"type":1}'],
    ["a text as status code", '{"type":"sync","status_code":"200"}'],
    ["a list as error", '{"type":"error","error":[],"error_code":400}'],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ])("%s under status 200 is no answer", async (_name, body) => {
    await using on = await stage();
    const connection = on.connect(await on.http((_request, response) => response.end(body)));
    const { error } = await outcome(connection.request(get));
    expect(error).toEqual(ours({ code: "BAD_ANSWER" }));
  });

  test("HTML under a failed status is a refusal with that status", async () => {
    await using on = await stage();
    const connection = on.connect(
      await on.http((_request, response) => {
        response.writeHead(502).end(html);
      }),
    );
    const refused = { name: "ApiError", code: "SERVER_ERROR", status: 502, serverMessage: html, request: "GET /1.0" };
    await expect(connection.request(get)).rejects.toMatchObject(refused);
    await expect(connection.stream(get)).rejects.toMatchObject(refused);
  });

  test.each([
    ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
    ["a status that is none", "HTTP/1.1 abc\r\n\r\n"],
    ["a broken chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"],
  ])("%s is no answer", async (_name, bytes) => {
    await using on = await stage();
    const connection = on.connect(
      await on.raw((socket) => {
        socket.once("data", () => socket.write(bytes));
      }),
    );
    const { error } = await outcome(connection.request(get));
    expect(error).toEqual(ours({ code: "BAD_ANSWER", cause: expect.any(Error) }));
  });

  test("headers that never end are given up", async () => {
    await using on = await stage();
    const fast = await on.raw((socket) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write(`x-${"a".repeat(1000)}: b\r\n`));
      };
      socket.on("drain", more).once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n");
        more();
      });
    });
    expect((await outcome(on.connect(fast).request(get))).error).toEqual(ours({ code: "BAD_ANSWER" }));
    await fast.gone();
    const slow = await on.raw((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n");
        trickle(socket, "a", 5);
      });
    });
    const { error, ms } = await outcome(on.connect(slow).request({ ...get, timeoutMs: 100 }));
    expect(error).toEqual(ours({ code: "TIMEOUT" }));
    expect(ms).toBeLessThan(1_000);
    await slow.gone();
  });

  test("no answer at all is a time-out of requests and of streams, and ends the socket", async () => {
    await using on = await stage();
    const used: Socket[] = [];
    const connection = on.connect(await on.http(({ socket }) => void used.push(socket)));
    for (const call of [connection.request, connection.stream]) {
      const { error, ms } = await outcome(call({ ...get, timeoutMs: 300 }));
      expect(error).toEqual(ours({ code: "TIMEOUT", message: "GET /1.0 was not answered within 300 ms" }));
      expect(ms).toBeLessThan(1_500);
    }
    expect(used).toHaveLength(2);
    await Promise.all(used.map(closed));
  });

  test("an answer that comes byte by byte is a time-out all the same", async () => {
    await using on = await stage();
    const server = await on.http((_request, response) => {
      response.writeHead(200);
      trickle(response, " ", 10);
    });
    const { error, ms } = await outcome(on.connect(server).request({ ...get, timeoutMs: 100 }));
    expect(error).toEqual(ours({ code: "TIMEOUT" }));
    expect(ms).toBeLessThan(1_000);
    await server.gone();
  });

  test("a stream may take its time as long as something comes", async () => {
    await using on = await stage();
    let end = (): void => undefined;
    const server = await on.http((_request, response) => {
      response.writeHead(200);
      const stop = trickle(response, "x", 10);
      end = () => {
        stop();
        response.end("!");
      };
    });
    const { body } = await on.connect(server).stream({ ...get, timeoutMs: 200, idleTimeoutMs: 250 });
    const start = performance.now();
    const read = text(body);
    body.on("data", () => {
      if (performance.now() - start > 400) end();
    });
    expect(await read).toMatch(/^x{5,}!$/);
  });

  test("a stream that stops is a time-out of its body", async () => {
    await using on = await stage();
    const server = await on.http((_request, response) => {
      response.writeHead(200).write("x");
    });
    const { body } = await on.connect(server).stream({ ...get, idleTimeoutMs: 50 });
    const { error, ms } = await outcome(text(body));
    expect(error).toEqual(ours({ code: "TIMEOUT", message: "the answer to GET /1.0 stopped for 50 ms" }));
    expect(ms).toBeLessThan(1_000);
    await server.gone();
  });

  test("a reader that stops is none of the server's, and holds it up", async () => {
    await using on = await stage();
    const megabyte = Buffer.alloc(1024 * 1024);
    let sent = 0;
    const server = await on.http((request, response) => {
      const more = (): void => {
        while (sent < 32) {
          sent += 1;
          if (!response.write(megabyte)) return;
        }
        response.end();
      };
      request.resume().on("end", more);
      response.on("drain", more);
    });
    const options = { method: "POST", path: "/1.0", content: Buffer.from("x"), idleTimeoutMs: 100 } as const;
    const { body } = await on.connect(server).stream(options);
    const parts = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await parts.next();
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(sent).toBeLessThan(16);
    let bytes = 0;
    for (let part = first; part.done !== true; part = await parts.next()) bytes += part.value.length;
    expect(bytes).toBe(32 * megabyte.length);
  });

  test("the time of the server counts from when the reader goes on", async () => {
    await using on = await stage();
    // As much as holds up the writer, and not so much that something is left to come.
    const chunk = Buffer.alloc(30 * 1024);
    let finish = (): void => undefined;
    const server = await on.http((_request, response) => {
      response.write(chunk);
      finish = () => void response.end(chunk);
    });
    const { body } = await on.connect(server).stream({ ...get, idleTimeoutMs: 400 });
    // In the middle of the second time of 400 ms, at the end of which nothing has come for less than that.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const read = size(body);
    setTimeout(() => finish(), 250);
    expect(await read).toBe(2 * chunk.length);
  });

  test.each([
    ["with a length", { "content-length": "100" }],
    ["in chunks", { "transfer-encoding": "chunked" }],
    ["that ends with the connection", { connection: "close", "content-length": "100" }],
  ])("closing in the middle of a body %s is a lost connection", async (_name, headers) => {
    await using on = await stage();
    const cut: RequestListener = (request, response) => {
      response.writeHead(200, headers).write("{", () => request.socket.destroy());
    };
    const connection = on.connect(await on.http(cut));
    expect((await outcome(connection.request(get))).error).toEqual(ours({ code: "CONNECTION_LOST" }));
    const { body } = await connection.stream(get);
    expect((await outcome(text(body))).error).toEqual(ours({ code: "CONNECTION_LOST" }));
  });

  test.each([
    ["at once", (socket: Socket): void => void socket.destroy()],
    ["when the request is there", (socket: Socket): void => void socket.once("data", () => socket.destroy())],
    ["after half a status line", (socket: Socket): void => void socket.once("data", () => socket.end("HTTP/1.1 2"))],
  ])("closing %s is a lost connection", async (_name, onSocket) => {
    await using on = await stage();
    const connection = on.connect(await on.raw(onSocket));
    for (const call of [connection.request, connection.stream]) {
      expect((await outcome(call(get))).error).toEqual(ours({ code: "CONNECTION_LOST" }));
    }
  });

  test("another host that the server sends us to sees not one connection", async () => {
    await using on = await stage();
    const other = await on.http((_request, response) => response.end(html));
    const location = kind === "https" ? `https://${other.address}/1.0` : "http://localhost/1.0";
    const server = await on.http((_request, response) => {
      response.writeHead(308, { location }).end();
    });
    const connection = on.connect(server);
    for (const call of [connection.request, connection.stream]) {
      const { error } = await outcome(call(get));
      expect(error).toEqual(ours({ code: "REDIRECTED", message: expect.stringContaining(location) }));
    }
    await expect(
      connection.openWebSocket("/1.0", { onClose: () => expect.fail("it was never open") }),
    ).rejects.toMatchObject({ code: "REDIRECTED" });
    await expect(connection.upgrade("/1.0", { protocol: "sftp" })).rejects.toMatchObject({ code: "REDIRECTED" });
    expect(other.sockets).toHaveLength(0);
  });

  test("answers that nobody asked for do not end up with the next request", async () => {
    await using on = await stage();
    const forged = '{"type":"sync","metadata":"forged"}';
    const answer = (body: string): string => `HTTP/1.1 200 OK\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`;
    const genuine = '{"type":"sync","metadata":"genuine"}';
    const server = await on.raw((socket) => {
      socket.on("data", () => socket.write(answer(genuine) + answer(forged)));
    });
    const connection = on.connect(server);
    for (let times = 0; times < 3; times += 1) {
      const { envelope } = await connection.request({ ...get, retries: 1 });
      expect(envelope.metadata).toBe("genuine");
    }
  });

  test("a server that changes the protocol although nobody asked breaks the connection", async () => {
    await using on = await stage();
    const connection = on.connect(
      await on.raw((socket) => {
        socket.once("data", () => {
          socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
        });
      }),
    );
    expect((await outcome(connection.request(get))).error).toEqual(ours({ code: "CONNECTION_LOST" }));
  });
});

test("an answer without end is read up to its limit, by requests and in the text of refusals", async () => {
  await using on = await openStage();
  const megabyte = Buffer.alloc(1024 * 1024, " ");
  let sent = 0;
  const server = await on.http((request: IncomingMessage, response) => {
    response.writeHead(request.url === "/refused" ? 500 : 200);
    const more = (): void => {
      while (!response.destroyed && response.write(megabyte)) sent += megabyte.length;
    };
    response.on("drain", more);
    more();
  });
  const connection = on.connectWith(server, { maxAnswerBytes: 3 * megabyte.length });
  const tooLarge = { code: "ANSWER_TOO_LARGE", address: server.address };
  const message = "the answer to GET /1.0 is longer than 3145728 bytes";
  await expect(connection.request(get)).rejects.toMatchObject({ ...tooLarge, request: "GET /1.0", message });
  await expect(connection.stream({ ...get, path: "/refused" })).rejects.toMatchObject(tooLarge);
  const silent = { onClose: () => expect.fail("it was never open") };
  await expect(connection.openWebSocket("/refused", silent)).rejects.toMatchObject(tooLarge);
  await expect(connection.upgrade("/refused", { protocol: "sftp" })).rejects.toMatchObject(tooLarge);
  await server.gone();
  // What was on its way when the limit was reached fits into the buffers of the sockets.
  expect(sent).toBeLessThan(4 * 8 * megabyte.length);
});

/** Reads to the end. */
async function size(body: Readable): Promise<number> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
  return bytes;
}

/** Writes the text again and again; the result ends that. */
function trickle(to: NodeJS.WritableStream, what: string, everyMs: number): () => void {
  const timer = setInterval(() => to.write(what), everyMs);
  const stop = (): void => {
    clearInterval(timer);
  };
  to.on("close", stop);
  return stop;
}
