import type { RequestListener } from "node:http";
import { expect, test } from "vitest";
import type { RequestOptions } from "./connection.ts";
import type { Connector } from "./dial.ts";
import { explainUnix } from "./explain-unix.ts";
import { httpConnection } from "./http-connection.ts";
import { openStage, outcome, type Stage, sync } from "./stage.test-support.ts";

const get = { method: "GET", path: "/1.0" } as const;
const unavailable: RequestListener = (_request, response) => {
  response.writeHead(503).end('{"type":"error","error":"daemon setup in progress","error_code":503}');
};
const cut: RequestListener = ({ socket }) => void socket.destroy();

/** A server that treats the first requests in other ways than those that follow. */
async function treating(on: Stage, ...first: readonly RequestListener[]) {
  const seen: string[] = [];
  const server = await on.http((request, response) => {
    const listener = first[seen.length];
    seen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    if (listener === undefined) response.setHeader("etag", "e").end(sync("ready"));
    else listener(request, response);
  });
  return { connection: on.connectWith(server, {}), server, seen };
}

test.each([
  ["a lost connection", cut],
  ["a 503", unavailable],
])("a request and a stream are tried again after %s, twice", async (_name, failing) => {
  await using on = await openStage();
  const passing = await treating(on, failing, failing);
  expect((await passing.connection.request(get)).envelope.metadata).toBe("ready");
  expect(passing.seen).toEqual(["GET /1.0", "GET /1.0", "GET /1.0"]);
  const streamed = await treating(on, failing, failing);
  const { status, body } = await streamed.connection.stream(get);
  expect(status).toBe(200);
  body.destroy();
  const failed = await treating(on, failing, failing, failing);
  const code = failing === cut ? "CONNECTION_LOST" : "UNAVAILABLE";
  expect((await outcome(failed.connection.request(get))).error).toMatchObject({ code, request: "GET /1.0" });
  expect(failed.seen).toHaveLength(3);
});

test("how often is the caller's to say", async () => {
  await using on = await openStage();
  const often = await treating(on, cut, cut, cut, unavailable);
  expect((await often.connection.request({ ...get, retries: 4 })).status).toBe(200);
  for (const retries of [0, -1]) {
    const never = await treating(on, cut);
    const { error } = await outcome(never.connection.request({ ...get, retries }));
    expect(error).toMatchObject({ code: "CONNECTION_LOST" });
    expect(never.seen).toHaveLength(1);
  }
});

const once: readonly (readonly [string, RequestOptions])[] = [
  ["POST", { method: "POST", path: "/1.0/instances", body: {} }],
  ["PUT", { method: "PUT", path: "/1.0", body: {} }],
  ["PATCH", { method: "PATCH", path: "/1.0", body: {} }],
  ["DELETE", { method: "DELETE", path: "/1.0/instances/c1" }],
  ["a GET with content", { ...get, content: Buffer.from("x") }],
];

test.each(once)("%s is sent once, even when the server did nothing", async (_name, options) => {
  await using on = await openStage();
  for (const [failing, code] of [
    [unavailable, "UNAVAILABLE"],
    [cut, "CONNECTION_LOST"],
  ] as const) {
    const { connection, seen } = await treating(on, failing);
    for (const call of [connection.request, connection.stream]) {
      seen.length = 0;
      expect((await outcome(call({ ...options, retries: 5 }))).error).toMatchObject({ code });
      expect(seen).toHaveLength(1);
    }
  }
});

test.each([400, 401, 403, 404, 409, 412, 500, 501, 502])("an answer of %i is final", async (status) => {
  await using on = await openStage();
  const { connection, seen } = await treating(on, (_request, response) => void response.writeHead(status).end());
  expect((await outcome(connection.request(get))).error).toMatchObject({ status });
  expect(seen).toHaveLength(1);
});

test("a socket that is not there is looked for once", async () => {
  await using on = await openStage();
  const connection = on.connectWith({ address: `${on.folder}/missing` }, { retryPauseMs: 60_000 });
  const { error, ms } = await outcome(connection.request(get));
  expect(error).toMatchObject({ code: "SOCKET_NOT_FOUND" });
  expect(ms).toBeLessThan(1_000);
});

test.each([
  ["ECONNRESET", "CONNECT_FAILED", 3],
  ["EAGAIN", "CONNECT_FAILED", 3],
  ["ETIMEDOUT", "CONNECT_FAILED", 1],
  ["ECONNREFUSED", "SOCKET_REFUSED", 1],
  ["EACCES", "SOCKET_FORBIDDEN", 1],
])("a connection that fails with %s is %s and dialled %i times", async (system, code, times) => {
  await using on = await openStage();
  let dials = 0;
  const connector: Connector = (_options, callback) => {
    dials += 1;
    callback(Object.assign(new Error(system), { code: system, syscall: "connect" }), null);
  };
  const where = { address: "/s", origin: "http://unix.socket", explain: explainUnix };
  const connection = on.keep(httpConnection({ connector, ...where, retryPauseMs: 0 }));
  expect((await outcome(connection.request(get))).error).toMatchObject({ code, address: "/s", request: "GET /1.0" });
  expect(dials).toBe(times);
});

test("the time limit covers all tries; what was seen last is the cause", async () => {
  await using on = await openStage();
  const { server } = await treating(on, unavailable, unavailable);
  const connection = on.connectWith(server, { retryPauseMs: 60_000 });
  const { error, ms } = await outcome(connection.request({ ...get, timeoutMs: 60 }));
  expect(error).toMatchObject({ code: "TIMEOUT", cause: { code: "UNAVAILABLE" } });
  expect(ms).toBeGreaterThan(50);
  expect(ms).toBeLessThan(1_000);
});

test("an abort and the end of the connection end the pause between two tries", async () => {
  await using on = await openStage();
  const reason = new Error("enough");
  const controller = new AbortController();
  let listener: RequestListener = unavailable;
  const { server } = await treating(on, (request, response) => listener(request, response));
  const connection = on.connectWith(server, { retryPauseMs: 60_000 });
  listener = (request, response) => {
    unavailable(request, response);
    setImmediate(() => controller.abort(reason));
  };
  expect((await outcome(connection.request({ ...get, signal: controller.signal }))).error).toBe(reason);

  const closing = await treating(on, (request, response) => {
    unavailable(request, response);
    response.on("close", () => void pausing.close());
  });
  const pausing = on.connectWith(closing.server, { retryPauseMs: 60_000 });
  expect((await outcome(pausing.request(get))).error).toMatchObject({ code: "CONNECTION_CLOSED" });
});

test("a reason of an abort that is no error comes out as it is", async () => {
  await using on = await openStage();
  const controller = new AbortController();
  const { server } = await treating(on, (request, response) => {
    unavailable(request, response);
    response.on("close", () => {
      controller.abort("a text");
    });
  });
  const connection = on.connectWith(server, { retryPauseMs: 60_000 });
  expect((await outcome(connection.request({ ...get, signal: controller.signal }))).error).toBe("a text");
});

test("the server says how long to wait; one that asks for too much is given up", async () => {
  await using on = await openStage();
  const busyFor =
    (value: string): RequestListener =>
    (_request, response) => {
      response.writeHead(503, { "retry-after": value }).end();
    };
  const { connection } = await treating(on, busyFor("1"));
  const start = performance.now();
  expect((await connection.request(get)).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(990);

  const tooLong = await treating(on, busyFor("3600"));
  const { error, ms } = await outcome(tooLong.connection.request(get));
  expect(error).toMatchObject({ code: "UNAVAILABLE", retryAfterMs: 3_600_000 });
  expect(ms).toBeLessThan(500);
  expect(tooLong.seen).toHaveLength(1);
});
