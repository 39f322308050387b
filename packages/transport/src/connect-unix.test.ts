import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectUnix } from "./connect-unix.ts";
import type { Connection } from "./connection.ts";

let folder: string;
let server: Server | undefined;
let connection: Connection | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-transport-"));
});

afterEach(async () => {
  await connection?.close();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<Connection> {
  const socketPath = join(folder, "unix.socket");
  const http = createServer(listener);
  server = http;
  await new Promise<void>((resolve) => {
    http.listen(socketPath, resolve);
  });
  connection = connectUnix({ socketPath });
  return connection;
}

function sync(metadata: unknown): string {
  return JSON.stringify({ type: "sync", status: "Success", status_code: 200, metadata });
}

test("sends method, escaped query, body and If-Match, and reads envelope and ETag", async () => {
  const seen: unknown[] = [];
  const to = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      seen.push(request.method, request.url, body, request.headers["if-match"], request.headers["content-type"]);
      response.setHeader("etag", '"abc"').end(sync({ ok: 1 }));
    });
  });
  const query = { project: "a b&c", recursion: 1, missing: undefined };
  const answer = await to.request({ method: "PUT", path: "/1.0/x", query, body: { a: [1] }, ifMatch: '"abc"' });
  expect(answer).toMatchObject({ status: 200, etag: '"abc"', envelope: { type: "sync", metadata: { ok: 1 } } });
  expect(seen).toEqual(["PUT", "/1.0/x?project=a+b%26c&recursion=1", '{"a":[1]}', '"abc"', "application/json"]);
});

test.each([
  [404, "NOT_FOUND"],
  [403, "FORBIDDEN"],
  [409, "CONFLICT"],
  [412, "ETAG_MISMATCH"],
  [400, "BAD_REQUEST"],
  [503, "UNAVAILABLE"],
  [500, "SERVER_ERROR"],
])("an error envelope of %i is an error with code %s", async (status, code) => {
  const to = await serve((_request, response) => {
    response.statusCode = status;
    response.end(JSON.stringify({ type: "error", error: "no such thing", error_code: status, metadata: null }));
  });
  await expect(to.request({ method: "GET", path: "/1.0/x" })).rejects.toMatchObject({
    name: "ApiError",
    code,
    status,
    serverMessage: "no such thing",
    request: "GET /1.0/x",
    message: `GET /1.0/x: no such thing (${String(status)})`,
  });
});

test("an error envelope is an error even under status 200", async () => {
  const to = await serve((_request, response) => {
    response.end(JSON.stringify({ type: "error", error: "late", error_code: 500 }));
  });
  await expect(to.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "SERVER_ERROR" });
});

test("an answer that is no envelope is told apart from a refusal", async () => {
  const to = await serve((request, response) => {
    response.statusCode = request.url === "/refused" ? 502 : 200;
    response.end("<html>hello</html>");
  });
  await expect(to.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "BAD_ANSWER" });
  await expect(to.request({ method: "GET", path: "/refused" })).rejects.toMatchObject({ status: 502 });
});

test("an abort rejects with the signal's own reason", async () => {
  const to = await serve(() => undefined);
  const reason = new Error("enough");
  const controller = new AbortController();
  const request = to.request({ method: "GET", path: "/1.0", signal: controller.signal });
  controller.abort(reason);
  await expect(request).rejects.toBe(reason);
});

test("no answer within the time limit is a time-out", async () => {
  const to = await serve(() => undefined);
  await expect(to.request({ method: "GET", path: "/1.0", timeoutMs: 30 })).rejects.toMatchObject({
    code: "TIMEOUT",
    request: "GET /1.0",
  });
});

test("a connection that breaks in the middle of the answer is lost", async () => {
  const to = await serve((request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{", () => request.socket.destroy());
  });
  await expect(to.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "CONNECTION_LOST" });
});

test("requests run side by side: one that waits does not hold up another", async () => {
  let release = (): void => undefined;
  const to = await serve((request, response) => {
    const end = (): void => void response.end(sync(request.url));
    if (request.url === "/slow") release = end;
    else end();
  });
  const slow = to.request({ method: "GET", path: "/slow" });
  expect((await to.request({ method: "GET", path: "/fast" })).envelope.metadata).toBe("/fast");
  release();
  expect((await slow).envelope.metadata).toBe("/slow");
});

test("a socket that is missing, dead, forbidden or none at all: each says so", async () => {
  const attempt = async (socketPath: string): Promise<unknown> => {
    await using to = connectUnix({ socketPath });
    return await to.request({ method: "GET", path: "/1.0" }).catch((error: unknown) => error);
  };
  const missing = join(folder, "missing");
  expect(await attempt(missing)).toMatchObject({ code: "SOCKET_NOT_FOUND", address: missing });
  expect(await attempt(join(folder, "missing", "deeper"))).toMatchObject({ code: "SOCKET_NOT_FOUND" });

  const file = join(folder, "file");
  await writeFile(file, "");
  // Linux refuses a connection to a plain file as it refuses one to a socket that nobody listens on.
  expect(await attempt(file)).toMatchObject({ code: "SOCKET_REFUSED", hint: expect.stringContaining("not running") });
  expect(await attempt(`${file}/below`)).toMatchObject({ code: "SOCKET_NOT_FOUND" });
});
