import { createServer, type RequestListener } from "node:http";
import { expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { openStage, outcome, type Stage, sync } from "./stage.test-support.ts";
import { TransportError } from "./transport-error.ts";
import { waitReady } from "./wait-ready.ts";

const soon = { pauseMs: 1, maxPauseMs: 5 };

/** A connection whose first requests fail in the given ways. */
function failing(...errors: readonly unknown[]): { readonly connection: Connection; readonly asked: () => number } {
  let asked = 0;
  const connection = {
    address: "/s",
    request: () => {
      const error = errors[Math.min(asked, errors.length - 1)];
      asked += 1;
      return Promise.reject(error);
    },
  } as unknown as Connection;
  return { connection, asked: () => asked };
}

async function serving(on: Stage, ...first: readonly RequestListener[]) {
  let asked = 0;
  const server = await on.http((request, response) => {
    const listener = first[asked];
    asked += 1;
    if (listener === undefined) response.end(sync({ api_version: "1.0" }));
    else listener(request, response);
  });
  return on.connect(server);
}

test("it gives the metadata of the first answer", async () => {
  await using on = await openStage();
  expect(await waitReady(await serving(on))).toEqual({ api_version: "1.0" });
});

test("a server that starts is waited for, from its socket to its answer", async () => {
  await using on = await openStage();
  const path = `${on.folder}/late.socket`;
  const connection = on.connectWith({ address: path }, {});
  const refusals: RequestListener[] = [
    ({ socket }) => void socket.destroy(),
    (_request, response) => void response.writeHead(503).end(),
    (_request, response) => void response.writeHead(502).end("<html>"),
    (_request, response) => void response.writeHead(504).end("<html>"),
  ];
  let asked = 0;
  const server = createServer((request, response) => {
    const listener = refusals[asked];
    asked += 1;
    if (listener === undefined) response.end(sync("up"));
    else listener(request, response);
  });
  const waiting = waitReady(connection, soon);
  await outcome(connection.request({ method: "GET", path: "/1.0" }));
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  expect(await waiting).toBe("up");
  expect(asked).toBe(5);
  await connection.close();
  server.close();
});

test("when the time is over, the error tells what was seen last, and how often was asked", async () => {
  await using on = await openStage();
  const connection = on.connectWith({ address: `${on.folder}/missing` }, {});
  const { error, ms } = await outcome(waitReady(connection, { ...soon, timeoutMs: 100 }));
  expect(error).toMatchObject({
    name: "TransportError",
    code: "NOT_READY",
    address: connection.address,
    request: "GET /1.0",
    cause: { code: "SOCKET_NOT_FOUND" },
    message: expect.stringMatching(
      /was not ready within 100 ms \(tries: (?:[2-9]|\d\d+)\): cannot connect to .*missing/,
    ),
  });
  expect(ms).toBeGreaterThan(95);
  expect(ms).toBeLessThan(1_000);
});

test("a server that takes the connection and says nothing is not ready either", async () => {
  await using on = await openStage();
  const connection = await serving(on, () => undefined);
  const { error, ms } = await outcome(waitReady(connection, { ...soon, timeoutMs: 80 }));
  expect(error).toMatchObject({ code: "NOT_READY", cause: { code: "TIMEOUT" } });
  expect(ms).toBeLessThan(1_000);
});

test.each([
  "SOCKET_FORBIDDEN",
  "NOT_A_SOCKET",
  "TLS_UNTRUSTED",
  "TLS_PIN_MISMATCH",
  "TLS_FAILED",
  "BAD_ANSWER",
  "REDIRECTED",
  "ANSWER_TOO_LARGE",
  "CONNECTION_CLOSED",
  "HOST_NOT_FOUND",
])("%s is not waited for", async (code) => {
  const failure = new TransportError("x", { code });
  const { connection, asked } = failing(failure);
  expect((await outcome(waitReady(connection, soon))).error).toBe(failure);
  expect(asked()).toBe(1);
});

test.each([400, 401, 403, 404, 500])("an answer of %i is not waited for", async (status) => {
  await using on = await openStage();
  const connection = await serving(on, (_request, response) => void response.writeHead(status).end());
  expect((await outcome(waitReady(connection, soon))).error).toMatchObject({ name: "ApiError", status });
});

test("a name server that cannot be asked yet is waited for; a name that does not exist is not", async () => {
  const unknown = (code: string): TransportError =>
    new TransportError("x", {
      code: "HOST_NOT_FOUND",
      cause: Object.assign(new Error(code), { code, syscall: "dns" }),
    });
  const missing = unknown("ENOTFOUND");
  const { connection, asked } = failing(unknown("EAI_AGAIN"), unknown("EAI_AGAIN"), missing);
  expect((await outcome(waitReady(connection, soon))).error).toBe(missing);
  expect(asked()).toBe(3);
});

test("what goes wrong in other ways is not waited for", async () => {
  const failure = new TypeError("a mistake of ours");
  expect((await outcome(waitReady(failing(failure).connection, soon))).error).toBe(failure);
});

test("an abort ends the wait with its own reason, before it, in a request and in a pause", async () => {
  await using on = await openStage();
  const reason = new Error("enough");
  const { connection, asked } = failing(new TransportError("x", { code: "SOCKET_NOT_FOUND" }));
  expect((await outcome(waitReady(connection, { signal: AbortSignal.abort(reason) }))).error).toBe(reason);
  expect(asked()).toBe(0);

  const inRequest = new AbortController();
  const hanging = await serving(on, () => {
    inRequest.abort(reason);
  });
  expect((await outcome(waitReady(hanging, { signal: inRequest.signal }))).error).toBe(reason);

  const inPause = new AbortController();
  const waiting = waitReady(connection, { signal: inPause.signal, pauseMs: 60_000, maxPauseMs: 60_000 });
  setImmediate(() => {
    inPause.abort("a text");
  });
  expect((await outcome(waiting)).error).toBe("a text");
});

test("without a limit it waits on", async () => {
  await using on = await openStage();
  const cut: RequestListener = ({ socket }) => void socket.destroy();
  const connection = await serving(on, ...Array.from({ length: 20 }, () => cut));
  expect(await waitReady(connection, { ...soon, timeoutMs: 0 })).toEqual({ api_version: "1.0" });
});
