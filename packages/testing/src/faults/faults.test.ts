import { request } from "node:http";
import type { Operation } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { changeState, fromImage, post, readState } from "../contract/own-instance.ts";
import { listenToEvents } from "../contract/raw-events.ts";
import { get, operationEnd, send, succeeds } from "../contract/raw-http.ts";
import { createManualClock } from "../core/clock.ts";
import { type FakeServer, startFakeServer } from "../fake-server.ts";
import { targetOf } from "../fake-target.ts";

const images = [{ aliases: ["tiny"] }];

async function withStopped(fake: FakeServer, name: string): Promise<string> {
  const target = targetOf(fake);
  await succeeds(target, await post(target, fromImage(target, name)));
  return `/1.0/instances/${name}`;
}

/** The statuses of a path asked for several times, one after the other; the code of the error where it broke. */
async function statuses(fake: FakeServer, path: string, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let at = 0; at < count; at += 1) {
    seen.push(
      await get(targetOf(fake), path).then(
        ({ status }) => status,
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      ),
    );
  }
  return seen;
}

test("failRequest fails the next request that fits, once", async () => {
  await using fake = await startFakeServer();
  fake.failRequest({ method: "GET", path: /^\/1\.0\/pro/g, status: 503, error: "daemon setup in progress" });
  const answers = [];
  for (const path of ["/1.0", "/1.0/profiles", "/1.0/profiles"]) {
    const answer = await get(targetOf(fake), path);
    answers.push([answer.status, answer.error]);
  }
  expect(answers).toEqual([
    [200, ""],
    [503, "daemon setup in progress"],
    [200, ""],
  ]);
});

test("the second DELETE fails, the first does not", async () => {
  await using fake = await startFakeServer({ images });
  const target = targetOf(fake);
  for (const name of ["c1", "c2"]) await withStopped(fake, name);
  fake.failRequest({ method: "DELETE", nth: 2, status: 500, error: "database is locked" });
  const first = await send(target, "DELETE", "/1.0/instances/c1");
  const second = await send(target, "DELETE", "/1.0/instances/c2");
  expect([first.status, second.status, second.error]).toEqual([202, 500, "database is locked"]);
  await operationEnd(target, first);
  expect((await get(target, "/1.0/instances")).metadata).toEqual(["/1.0/instances/c2"]);
});

test("every third request fails, until the fault is removed", async () => {
  await using fake = await startFakeServer();
  const planted = fake.failRequest({ path: "/1.0", every: 3, status: 500, error: "now and then" });
  expect(await statuses(fake, "/1.0", 7)).toEqual([200, 200, 500, 200, 200, 500, 200]);
  planted.remove();
  expect([planted.hits, await statuses(fake, "/1.0", 3)]).toEqual([2, [200, 200, 200]]);
});

test("a fault may look at the whole request", async () => {
  await using fake = await startFakeServer();
  fake.failRequest({ where: ({ query }) => query["project"] === "p1", status: 403, error: "not for you" });
  expect((await get(targetOf(fake), "/1.0/profiles")).status).toBe(200);
  expect((await get(targetOf(fake), "/1.0/profiles?project=p1")).status).toBe(403);
});

test("failRequest after the work hides that it was done", async () => {
  await using fake = await startFakeServer();
  fake.failRequest({ method: "POST", when: "after", status: 502, error: "bad gateway" });
  const answer = await send(targetOf(fake), "POST", "/1.0/profiles", { body: { name: "p1" } });
  expect([answer.status, answer.error]).toEqual([502, "bad gateway"]);
  expect((await get(targetOf(fake), "/1.0/profiles/p1")).status).toBe(200);
});

test("failRequest refuses an events listener too", async () => {
  await using fake = await startFakeServer();
  fake.failRequest({ path: "/1.0/events", status: 503, error: "not yet" });
  await expect(listenToEvents(targetOf(fake), "")).rejects.toThrow("503");
  (await listenToEvents(targetOf(fake), "")).close();
});

test("dropConnection cuts the connection with the work done, or before it", async () => {
  await using fake = await startFakeServer();
  const target = targetOf(fake);
  const create = (name: string): Promise<unknown> => send(target, "POST", "/1.0/profiles", { body: { name } });
  fake.dropConnection({ method: "POST", path: "/1.0/profiles" });
  await expect(create("p1")).rejects.toMatchObject({ code: "ECONNRESET" });
  fake.dropConnection({ method: "POST", when: "before" });
  await expect(create("p2")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await get(target, "/1.0/profiles")).metadata).toEqual(["/1.0/profiles/default", "/1.0/profiles/p1"]);
  expect(fake.requests.slice(0, 2)).toMatchObject([
    { method: "POST", status: undefined, body: { name: "p1" } },
    { method: "POST", status: undefined, body: { name: "p2" } },
  ]);
});

test("dropConnection cuts an events listener before it is one", async () => {
  await using fake = await startFakeServer();
  fake.dropConnection({ path: "/1.0/events" });
  await expect(listenToEvents(targetOf(fake), "")).rejects.toMatchObject({ code: "ECONNRESET" });
});

test.each<[string, string, number | undefined]>([
  ["a short answer", "/1.0/profiles/default", undefined],
  ["a long answer", "/1.0", 3000],
  ["an answer after its headers", "/1.0", 0],
  ["an answer that is shorter than what may be sent", "/1.0/profiles/default", 100_000],
])("cutReply sends headers and the beginning of %s", async (_, path, bytes) => {
  await using fake = await startFakeServer();
  const whole = await readRaw(fake, path);
  fake.cutReply({ path, ...(bytes === undefined ? {} : { bytes }) });
  const cut = await readRaw(fake, path);
  const expected = Math.min(bytes ?? Math.floor(whole.body.length / 2), whole.body.length);
  expect([whole.isWhole, cut.isWhole, cut.status]).toEqual([true, whole.body.length === expected && cut.isSized, 200]);
  expect(cut.body).toBe(whole.body.slice(0, expected));
  expect((await readRaw(fake, path)).isWhole).toBe(true);
});

test("delay holds the answer back, on the fake's own clock", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock });
  fake.delay({ path: "/1.0", ms: 1000 });
  let isAnswered = false;
  const answer = get(targetOf(fake), "/1.0").then(() => (isAnswered = true));
  await expect.poll(() => clock.pending).toBe(1);
  await clock.advance(999);
  expect(isAnswered).toBe(false);
  await clock.advance(1);
  await answer;
});

test("delay before the work leaves it undone until then, for every request that fits", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock });
  const target = targetOf(fake);
  fake.delay({ method: "POST", ms: 100, when: "before", times: Number.POSITIVE_INFINITY });
  const names = ["p1", "p2"];
  const creations = names.map((name) => send(target, "POST", "/1.0/profiles", { body: { name } }));
  await expect.poll(() => clock.pending).toBe(2);
  expect((await get(target, "/1.0/profiles/p1")).status).toBe(404);
  await clock.advance(100);
  expect((await Promise.all(creations)).map(({ status }) => status)).toEqual([201, 201]);
});

test("failOperation fails before the work, or after it", async () => {
  await using fake = await startFakeServer({ images });
  const target = targetOf(fake);
  const path = await withStopped(fake, "c1");
  const statusAfter = async (stage: "before" | "after"): Promise<string> => {
    fake.failOperation({ description: "Starting instance", stage, err: "no luck" });
    const operation = await operationEnd(target, await changeState(target, path, { action: "start" }));
    expect(operation).toMatchObject({ status: "Failure", err: "no luck" });
    return (await readState(target, path)).status;
  };
  expect(await statusAfter("before")).toBe("Stopped");
  expect(await statusAfter("after")).toBe("Running");
});

test("failOperation knows operations by the request that starts them", async () => {
  await using fake = await startFakeServer({ images });
  const target = targetOf(fake);
  const paths = [await withStopped(fake, "c1"), await withStopped(fake, "c2")];
  fake.failOperation({ method: "PUT", path: "/1.0/instances/c2/state", err: "not this one" });
  const starts = paths.map(async (path) => operationEnd(target, await changeState(target, path, { action: "start" })));
  expect((await Promise.all(starts)).map(({ err }) => err)).toEqual(["", "not this one"]);
});

test("an operation that is held is running until it is released", async () => {
  await using fake = await startFakeServer({ images });
  const target = targetOf(fake);
  const path = await withStopped(fake, "c1");
  const held = fake.holdOperation({ description: "Starting instance" });
  const start = await changeState(target, path, { action: "start" });
  const operation = `/1.0/operations/${(start.metadata as Operation).id}`;
  expect((await get(target, `${operation}/wait?timeout=0`)).metadata).toMatchObject({ status: "Running" });
  expect((await readState(target, path)).status).toBe("Stopped");
  held.release();
  expect(await operationEnd(target, start)).toMatchObject({ status: "Success" });
  expect([held.hits, (await readState(target, path)).status]).toEqual([1, "Running"]);
});

test("an operation may be slow, with its work done", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock });
  const target = targetOf(fake);
  fake.holdOperation({ description: "Creating instance", stage: "after", ms: 300 });
  const creation = await post(target, { name: "c1", source: { type: "none" } });
  const { id } = creation.metadata as Operation;
  await clock.advance(299);
  expect((await get(target, "/1.0/instances/c1")).status).toBe(200);
  expect((await get(target, `/1.0/operations/${id}`)).metadata).toMatchObject({ status: "Running" });
  await clock.advance(1);
  expect((await get(target, `/1.0/operations/${id}`)).metadata).toMatchObject({ status: "Success" });
});

test("clearFaults takes all away and lets go what is held", async () => {
  await using fake = await startFakeServer({ images });
  const target = targetOf(fake);
  fake.holdOperation();
  const creation = await post(target, fromImage(target, "c1"));
  fake.failRequest({ status: 500, error: "no", times: Number.POSITIVE_INFINITY });
  fake.dropConnection();
  fake.cutReply();
  fake.delay({ ms: 1e9 });
  fake.failOperation({ err: "no" });
  fake.clearFaults();
  expect(await operationEnd(target, creation)).toMatchObject({ status: "Success" });
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly body: string;
  /** Whether all of the body came. */
  readonly isWhole: boolean;
  /** Whether the headers said how long it is. */
  readonly isSized: boolean;
}

function readRaw({ socketPath }: FakeServer, path: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("error", () => undefined);
      response.on("close", () =>
        resolve({
          status: response.statusCode,
          body,
          isWhole: response.complete,
          isSized: response.headers["content-length"] !== undefined,
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}
