import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { buffer } from "node:stream/consumers";
import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RequestEndMessage, RequestErrorMessage, RequestStartMessage } from "./diagnostics.ts";
import { openStage, outcome, sync } from "./stage.test-support.ts";

type Message = RequestStartMessage & Partial<RequestEndMessage & RequestErrorMessage>;

const channels = ["lxdkit:request:start", "lxdkit:request:end", "lxdkit:request:error"] as const;
let heard: { readonly name: string; readonly message: Message }[] = [];
const listener = (message: unknown, name: string | symbol): void => {
  heard.push({ name: String(name), message: message as Message });
};

beforeEach(() => {
  heard = [];
  for (const name of channels) subscribe(name, listener);
});

afterEach(() => {
  for (const name of channels) unsubscribe(name, listener);
});

test("a request is told when it starts and when it ends, and nothing of what is in it", async () => {
  await using on = await openStage();
  const server = await on.http((_request, response) => response.end(sync({ password: "secret-answer" })));
  await on.connect(server).request({
    method: "POST",
    path: "/1.0/certificates?secret=secret-path",
    query: { secret: "secret-query" },
    headers: { "x-secret": "secret-header" },
    body: { password: "secret-body" },
  });
  const request = { address: server.address, method: "POST", path: "/1.0/certificates" };
  expect(heard).toEqual([
    { name: "lxdkit:request:start", message: { request } },
    { name: "lxdkit:request:end", message: { request, status: 200, durationMs: expect.any(Number) } },
  ]);
  expect(heard[1]?.message.request).toBe(heard[0]?.message.request);
  expect(heard[1]?.message.durationMs).toBeGreaterThan(0);
  expect(inspect(heard, { depth: null })).not.toContain("secret");
});

test("a streamed request ends when its answer begins", async () => {
  await using on = await openStage();
  const server = await on.http((_request, response) => {
    response.writeHead(201);
    response.end("bytes");
  });
  const { body } = await on.connect(server).stream({ method: "GET", path: "/1.0/images/a/export" });
  expect(heard.map(({ name }) => name)).toEqual(["lxdkit:request:start", "lxdkit:request:end"]);
  expect(heard[1]?.message.status).toBe(201);
  expect((await buffer(body)).toString()).toBe("bytes");
});

test.each(["request", "stream"] as const)("a refused %s is told with the error that its caller gets", async (kind) => {
  await using on = await openStage();
  const server = await on.http((_request, response) => {
    response.writeHead(403);
    response.end(JSON.stringify({ type: "error", error: "no", error_code: 403 }));
  });
  const { error } = await outcome(on.connect(server)[kind]({ method: "GET", path: "/1.0" }));
  expect(error).toMatchObject({ code: "FORBIDDEN" });
  expect(heard.map(({ name }) => name)).toEqual(["lxdkit:request:start", "lxdkit:request:error"]);
  expect(heard[1]?.message.error).toBe(error);
});

test("what is tried again is one request", async () => {
  await using on = await openStage();
  let tries = 0;
  const server = await on.http((request, response) => {
    tries += 1;
    if (tries === 1) request.socket.destroy();
    else response.end(sync({}));
  });
  await on.connectWith(server, { retryPauseMs: 1 }).request({ method: "GET", path: "/1.0" });
  expect(tries).toBe(2);
  expect(heard.map(({ name }) => name)).toEqual(["lxdkit:request:start", "lxdkit:request:end"]);
});

test("without a listener nothing is told", async () => {
  for (const name of channels) unsubscribe(name, listener);
  await using on = await openStage();
  const server = await on.http((_request, response) => response.end(sync({})));
  expect((await on.connect(server).request({ method: "GET", path: "/1.0" })).status).toBe(200);
  expect(heard).toEqual([]);
});
