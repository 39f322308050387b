import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, type FakeServer, type ManualClock, startFakeServer, withProfile } from "@lxdkit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectUnix } from "./connect-unix.ts";
import type { Connection } from "./connection.ts";

let clock: ManualClock;
let fake: FakeServer;
let to: Connection;

beforeEach(async () => {
  clock = createManualClock();
  fake = await startFakeServer({ clock, setup: [withProfile({ name: "p 1&2" })] });
  to = connectUnix({ socketPath: fake.socketPath });
});

afterEach(async () => {
  await to.close();
  await fake.close();
});

test("sends method, escaped query, body and If-Match, and reads envelope and ETag", async () => {
  const path = "/1.0/profiles/p%201%262";
  const query = { project: "default", recursion: 1, missing: undefined, other: "a b&c" };
  const before = await to.request({ method: "GET", path, query });
  expect(before).toMatchObject({ status: 200, envelope: { type: "sync", metadata: { name: "p 1&2", config: {} } } });
  expect(before.etag).toMatch(/^"[0-9a-f]+"$/);
  const body = { config: { "user.a": "1" } };
  await to.request({ method: "PUT", path, query, body, ifMatch: before.etag ?? "" });
  const after = await to.request({ method: "GET", path });
  expect(after.envelope.metadata).toMatchObject(body);
  await expect(to.request({ method: "PUT", path, body, ifMatch: before.etag ?? "" })).rejects.toMatchObject({
    code: "ETAG_MISMATCH",
  });
  const [, put] = fake.requests;
  expect(put).toMatchObject({
    method: "PUT",
    path,
    body,
    query: { project: "default", recursion: "1", other: "a b&c" },
  });
  expect(put?.headers).toMatchObject({ "if-match": before.etag, "content-type": "application/json" });
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
  fake.failRequest({ status, error: "no such thing", times: Infinity });
  await expect(to.request({ method: "GET", path: "/1.0/profiles" })).rejects.toMatchObject({
    name: "ApiError",
    code,
    status,
    serverMessage: "no such thing",
    request: "GET /1.0/profiles",
    message: `GET /1.0/profiles: no such thing (${String(status)})`,
  });
});

test("what no server of the two would say is told apart from a refusal", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-transport-"));
  const socketPath = join(folder, "unix.socket");
  const strange = createServer((request, response) => {
    if (request.url === "/late") return void response.end('{"type": "error", "error": "late", "error_code": 500}');
    response.statusCode = request.url === "/refused" ? 502 : 200;
    response.end("<html>hello</html>");
  });
  await new Promise<void>((resolve) => {
    strange.listen(socketPath, resolve);
  });
  try {
    await using connection = connectUnix({ socketPath });
    const answer = (path: string): Promise<unknown> => connection.request({ method: "GET", path });
    await expect(answer("/1.0")).rejects.toMatchObject({ code: "BAD_ANSWER" });
    await expect(answer("/refused")).rejects.toMatchObject({ status: 502 });
    // An error envelope is an error even under status 200.
    await expect(answer("/late")).rejects.toMatchObject({ code: "SERVER_ERROR" });
  } finally {
    strange.close();
    await rm(folder, { recursive: true });
  }
});

test("an abort rejects with the signal's own reason", async () => {
  fake.delay({ ms: 1000 });
  const reason = new Error("enough");
  const controller = new AbortController();
  const request = to.request({ method: "GET", path: "/1.0", signal: controller.signal });
  controller.abort(reason);
  await expect(request).rejects.toBe(reason);
});

test("no answer within the time limit is a time-out", async () => {
  fake.delay({ ms: 1000 });
  await expect(to.request({ method: "GET", path: "/1.0", timeoutMs: 30 })).rejects.toMatchObject({
    code: "TIMEOUT",
    request: "GET /1.0",
  });
});

test("a connection that breaks in the middle of the answer is lost", async () => {
  fake.cutReply({ times: Infinity });
  await expect(to.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({ code: "CONNECTION_LOST" });
});

test("requests run side by side: one that waits does not hold up another", async () => {
  fake.delay({ path: "/1.0/profiles", ms: 1000 });
  const slow = to.request({ method: "GET", path: "/1.0/profiles" });
  const fast = await to.request({ method: "GET", path: "/1.0/projects" });
  expect(fast.envelope.metadata).toEqual(["/1.0/projects/default"]);
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(1000);
  expect((await slow).envelope.metadata).toHaveLength(2);
});

test("a socket that is missing, dead, forbidden or none at all: each says so", async () => {
  const attempt = async (socketPath: string): Promise<unknown> => {
    await using connection = connectUnix({ socketPath });
    return await connection.request({ method: "GET", path: "/1.0" }).catch((error: unknown) => error);
  };
  const missing = join(fake.directory, "missing");
  expect(await attempt(missing)).toMatchObject({ code: "SOCKET_NOT_FOUND", address: missing });
  expect(await attempt(join(missing, "deeper"))).toMatchObject({ code: "SOCKET_NOT_FOUND" });

  const file = join(fake.directory, "file");
  await writeFile(file, "");
  // Linux refuses a connection to a plain file as it refuses one to a socket that nobody listens on.
  expect(await attempt(file)).toMatchObject({ code: "SOCKET_REFUSED", hint: expect.stringContaining("not running") });
  expect(await attempt(`${file}/below`)).toMatchObject({ code: "SOCKET_NOT_FOUND" });
});
