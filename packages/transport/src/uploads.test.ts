import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Content } from "./connection.ts";
import { closed, openStage, outcome, type Stage, sync } from "./stage.test-support.ts";

const path = "/1.0/images";
const post = { method: "POST", path } as const;
const kilobytes = (count: number): Buffer => Buffer.alloc(count * 1024, "x");

/** A server that reads what is sent, and how each request ended. */
async function reading(on: Stage) {
  const seen: { readonly headers: IncomingMessage["headers"]; readonly size: number; readonly isComplete: boolean }[] =
    [];
  const server = await on.http((request, response) => {
    let size = 0;
    request.on("data", (chunk: Buffer) => (size += chunk.length));
    request.on("error", () => undefined);
    request.on("close", () => {
      seen.push({ headers: request.headers, size, isComplete: request.complete });
    });
    request.on("end", () => response.end(sync(size)));
  });
  return { server, seen, connection: on.connect(server) };
}

async function* parts(...chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

test.each<[string, Content, number]>([
  ["no bytes", new Uint8Array(0), 0],
  ["a few bytes", Buffer.from("abc"), 3],
  ["a view into more bytes", new Uint8Array(kilobytes(400)).subarray(1, 300_001), 300_000],
  ["a generator", parts(kilobytes(1), Buffer.alloc(0), kilobytes(700)), 701 * 1024],
  ["a Node stream", Readable.from([kilobytes(100), kilobytes(1)]), 101 * 1024],
])("%s arrive whole", async (_name, content, size) => {
  await using on = await openStage();
  const { connection, seen } = await reading(on);
  expect((await connection.request({ ...post, content })).envelope.metadata).toBe(size);
  expect(seen).toMatchObject([{ size, isComplete: true }]);
  const length = content instanceof Uint8Array ? String(size) : undefined;
  expect(seen[0]?.headers["content-length"]).toBe(length);
  expect(seen[0]?.headers["content-type"]).toBeUndefined();
});

test("headers of the caller stand once, in whatever case they are written", async () => {
  await using on = await openStage();
  const { connection, seen } = await reading(on);
  const headers = { "Content-Type": "application/merge-patch+json", "X-LXD-Type": "file", "CONTENT-LENGTH": "3" };
  await connection.request({ ...post, content: Buffer.from("abc"), headers });
  await connection.request({ method: "PATCH", path, body: {}, headers: { "Content-Type": "text/x" } });
  expect(seen[0]?.headers).toMatchObject({ "content-type": "application/merge-patch+json", "x-lxd-type": "file" });
  expect(seen[1]?.headers["content-type"]).toBe("text/x");
});

test.each(["request", "stream"] as const)(
  "a %s tells the source's own failure; the server gets no end",
  async (call) => {
    await using on = await openStage();
    const { connection, seen } = await reading(on);
    const failure = new Error("the disk is broken");
    async function* broken(): AsyncGenerator<Buffer> {
      yield kilobytes(200);
      yield await Promise.reject<Buffer>(failure);
    }
    expect((await outcome(connection[call]({ ...post, content: broken() }))).error).toBe(failure);
    expect((await outcome(connection[call]({ ...post, content: Readable.from(broken()) }))).error).toBe(failure);
    // The server has read both before it answers this.
    await connection.request({ method: "GET", path });
    expect(seen.map(({ isComplete }) => isComplete)).toEqual([false, false, true]);
  },
);

test("a source that fails at once sends nothing that is complete", async () => {
  await using on = await openStage();
  const { connection, seen } = await reading(on);
  const content = createReadStream(`${on.folder}/missing`);
  expect((await outcome(connection.request({ ...post, content }))).error).toMatchObject({ code: "ENOENT" });
  await connection.request({ method: "GET", path });
  expect(
    seen.filter(({ headers }) => "transfer-encoding" in headers).map((request) => request.isComplete),
  ).not.toContain(true);
});

test("content that does not have the length that was announced is a wrong request", async () => {
  await using on = await openStage();
  const { connection, seen } = await reading(on);
  for (const length of ["2", "4"]) {
    const content = parts(Buffer.from("a"), Buffer.from("bc"));
    const { error } = await outcome(connection.request({ ...post, content, headers: { "content-length": length } }));
    expect(error).toMatchObject({ code: "INVALID_REQUEST", request: `POST ${path}` });
  }
  expect(seen.filter(({ isComplete }) => isComplete)).toEqual([]);
});

test("a server that reads nothing of an upload is given up", async () => {
  await using on = await openStage();
  const server = await on.raw((socket) => socket.pause());
  const connection = on.connect(server);
  const file = `${on.folder}/file`;
  await writeFile(file, kilobytes(4_000));
  const streams = [Readable.from(endless()), createReadStream(file)];
  for (const content of [kilobytes(4_000), ...streams]) {
    const { error, ms } = await outcome(connection.request({ ...post, content, idleTimeoutMs: 50 }));
    expect(error).toMatchObject({
      code: "TIMEOUT",
      address: server.address,
      message: `POST ${path} went no further for 50 ms`,
    });
    expect(ms).toBeLessThan(2_000);
  }
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test("a server that reads everything and answers nothing, or half, is given up", async () => {
  await using on = await openStage();
  for (const start of [undefined, '{"type":']) {
    const server = await on.http((request, response) => {
      request.resume().on("end", () => {
        if (start !== undefined) response.write(start);
      });
    });
    const connection = on.connect(server);
    const { error } = await outcome(connection.request({ ...post, content: kilobytes(100), idleTimeoutMs: 50 }));
    expect(error).toMatchObject({ code: "TIMEOUT" });
  }
});

test("a source that takes its time is none of the server's", async () => {
  await using on = await openStage();
  const { connection } = await reading(on);
  async function* slow(): AsyncGenerator<Buffer> {
    for (let beats = 0; beats < 3; beats += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      yield kilobytes(1);
    }
  }
  const sent = await connection.request({ ...post, content: slow(), idleTimeoutMs: 150 });
  expect(sent.envelope.metadata).toBe(3 * 1024);
});

test("an answer to an upload may take its time as long as something comes", async () => {
  await using on = await openStage();
  const server = await on.http((request, response) => {
    request.resume().on("end", () => {
      const text = sync("slow").split("");
      const timer = setInterval(() => {
        response.write(text.shift());
        if (text.length > 0) return;
        clearInterval(timer);
        response.end();
      }, 10);
    });
  });
  const { envelope } = await on.connect(server).request({ ...post, content: kilobytes(1), idleTimeoutMs: 250 });
  expect(envelope.metadata).toBe("slow");
});

test("an answer that comes before everything is sent ends the upload", async () => {
  await using on = await openStage();
  let read = 0;
  let isReleased = false;
  async function* source(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of endless()) {
        read += chunk.length;
        yield chunk;
      }
    } finally {
      isReleased = true;
    }
  }
  const server = await on.http((_request, response) => {
    response.writeHead(413).end('{"type":"error","error":"too large","error_code":413}');
  });
  const { error } = await outcome(on.connect(server).request({ ...post, content: source() }));
  expect(error).toMatchObject({ status: 413, serverMessage: "too large" });
  await server.gone();
  expect(isReleased).toBe(true);
  expect(read).toBeLessThan(10 * 1024 * 1024);
});

test("a stream that was never read is closed when its request fails", async () => {
  await using on = await openStage();
  const connection = on.connectWith({ address: `${on.folder}/missing` }, {});
  const file = `${on.folder}/file`;
  await writeFile(file, "content");
  const content = createReadStream(file);
  expect((await outcome(connection.request({ ...post, content }))).error).toMatchObject({ code: "SOCKET_NOT_FOUND" });
  await closed(content);
  expect(content.destroyed).toBe(true);
});

test("an upload to a server that hangs up is a lost connection", async () => {
  await using on = await openStage();
  const server = await on.raw((socket) => void socket.once("data", () => socket.destroy()));
  const { error } = await outcome(on.connect(server).request({ ...post, content: Readable.from(endless()) }));
  expect(error).toMatchObject({ code: "CONNECTION_LOST", request: `POST ${path}` });
});

test("a request that cannot be written is refused before a socket is opened", async () => {
  await using on = await openStage();
  const server = await on.raw(() => expect.fail("it was connected to"));
  const connection = on.connectWith(server, {});
  const loop: Record<string, unknown> = {};
  loop["loop"] = loop;
  const wrong = [
    { ...post, body: loop },
    { ...post, body: 1n },
    { ...post, headers: { "x-a": "b\r\nx-c: d" } },
    { ...post, headers: { "x a": "b" } },
    ...["", "1.0", "http://elsewhere/1.0", "/a b", "/a\r\nhost: b", "/é", "/#a", "/\u0000"].map((wrongPath) => ({
      ...post,
      path: wrongPath,
    })),
  ];
  for (const options of wrong) {
    for (const call of [connection.request, connection.stream]) {
      expect((await outcome(call(options))).error).toMatchObject({
        name: "TransportError",
        code: "INVALID_REQUEST",
        request: `POST ${options.path}`,
      });
    }
  }
  for (const wrongPath of ["1.0", "http://elsewhere/1.0", "/a\r\nhost: b", "/a b"]) {
    const options = { onClose: () => expect.fail("it was never open"), protocol: "sftp" };
    for (const call of [connection.openWebSocket, connection.upgrade]) {
      expect((await outcome(call(wrongPath, options))).error).toMatchObject({ code: "INVALID_REQUEST" });
    }
  }
  expect(server.sockets).toHaveLength(0);
});

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield await Promise.resolve(kilobytes(64));
}
