import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Instance, Operation } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { changeState, fromImage, post, readState } from "./contract/own-instance.ts";
import { listenToEvents } from "./contract/raw-events.ts";
import { get, operationEnd, send, succeeds } from "./contract/raw-http.ts";
import { type FakeServer, startFakeServer } from "./fake-server.ts";
import { createManualClock } from "./core/clock.ts";
import { createRandom } from "./core/random.ts";
import { targetOf } from "./fake-target.ts";

const images = [{ aliases: ["tiny", "with/slash"] }];

async function withStopped(fake: FakeServer, name: string): Promise<string> {
  const target = targetOf(fake);
  await succeeds(target, await post(target, fromImage(target, name)));
  return `/1.0/instances/${name}`;
}

test("closing removes the private directory, and a second close does no harm", async () => {
  const fake = await startFakeServer();
  expect(existsSync(fake.socketPath)).toBe(true);
  expect(fake.socketPath).toBe(join(fake.directory, "unix.socket"));
  await fake.close();
  await fake.close();
  expect(existsSync(fake.directory)).toBe(false);
});

test("a directory of the caller's own is kept, only the socket goes", async () => {
  await using other = await startFakeServer();
  const directory = join(other.directory, "own", "folder");
  const fake = await startFakeServer({ directory });
  expect(fake.socketPath).toBe(join(directory, "unix.socket"));
  await fake.close();
  expect([existsSync(fake.socketPath), existsSync(directory)]).toEqual([false, true]);
});

test("a socket that is taken, a path that is too long and a missing folder are told apart", async () => {
  await using fake = await startFakeServer();
  const { socketPath } = fake;
  await expect(startFakeServer({ socketPath })).rejects.toMatchObject({
    code: "FAKE_SOCKET_TAKEN",
    address: socketPath,
  });
  const long = join(fake.directory, "x".repeat(120));
  await expect(startFakeServer({ socketPath: long })).rejects.toMatchObject({ code: "FAKE_SOCKET_PATH_TOO_LONG" });
  const nowhere = join(fake.directory, "missing", "s");
  await expect(startFakeServer({ directory: fake.directory, socketPath: nowhere })).rejects.toMatchObject({
    code: "FAKE_NOT_LISTENING",
  });
});

test("it says the name and version that it was given", async () => {
  await using fake = await startFakeServer({ flavour: "incus", name: "m1", version: "6.8" });
  const { metadata } = await get(targetOf(fake), "/1.0");
  expect(metadata).toMatchObject({
    environment: { server: "incus", server_name: "m1", server_version: "6.8" },
  });
});

test("an alias may hold slashes, escaped or not", async () => {
  await using fake = await startFakeServer({ images });
  for (const name of ["with%2Fslash", "with/slash"]) {
    const { metadata } = await get(targetOf(fake), `/1.0/images/aliases/${name}`);
    expect(metadata).toMatchObject({ name: "with/slash" });
  }
});

test("every request is in the log, with query, body and status", async () => {
  await using fake = await startFakeServer();
  const target = targetOf(fake);
  await get(target, "/1.0/instances?recursion=2&filter=");
  await send(target, "PUT", "/1.0/instances/c1/state", { body: { action: "start" } });
  await send(target, "POST", "/1.0/instances", { body: "{bad" });
  (await listenToEvents(target, "?type=lifecycle")).close();
  expect(fake.requests).toMatchObject([
    { method: "GET", path: "/1.0/instances", query: { recursion: "2", filter: "" }, body: undefined, status: 200 },
    { method: "PUT", path: "/1.0/instances/c1/state", query: {}, body: { action: "start" }, status: 404 },
    { method: "POST", path: "/1.0/instances", query: {}, body: "{bad", status: 400 },
    { method: "GET", path: "/1.0/events", query: { type: "lifecycle" }, body: undefined, status: 101 },
  ]);
});

test("the log may keep the youngest requests alone", async () => {
  await using fake = await startFakeServer({ loggedRequests: 2 });
  for (const path of ["/1.0", "/1.0/profiles", "/1.0/projects"]) await get(targetOf(fake), path);
  expect(fake.requests.map(({ path }) => path)).toEqual(["/1.0/profiles", "/1.0/projects"]);
});

test("dropEvents cuts the listeners without a close frame; new ones may come", async () => {
  await using fake = await startFakeServer();
  const events = await listenToEvents(targetOf(fake), "");
  fake.dropEvents();
  expect(await events.closed).toBe(1006);
  (await listenToEvents(targetOf(fake), "")).close();
});

test("a listener hears nothing until listenMs are over", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock, listenMs: 50 });
  const opening = listenToEvents(targetOf(fake), "?type=logging");
  await waitFor(() => fake.requests.length === 1);
  await get(targetOf(fake), "/1.0/missed");
  await clock.advance(50);
  const events = await opening;
  await get(targetOf(fake), "/1.0/heard");
  await events.find("the second request", ({ metadata }) => JSON.stringify(metadata).includes("/1.0/heard"));
  expect(events.all.some(({ metadata }) => JSON.stringify(metadata).includes("/1.0/missed"))).toBe(false);
  events.close();
});

test("listeners are pinged every ten seconds", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock });
  const events = await listenToEvents(targetOf(fake), "");
  expect(events.pings).toBe(1);
  await clock.advance(9999);
  await get(targetOf(fake), "/1.0");
  expect(events.pings).toBe(1);
  await clock.advance(20_001);
  await waitFor(() => events.pings === 4);
  events.close();
});

test("boot, lease and router advertisement come one after the other, on the fake's clock", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock, images, createMs: 0, bootMs: 100, leaseMs: 50 });
  const target = targetOf(fake);
  const created = post(target, fromImage(target, "c1"));
  await advanceUntil(clock, async () => (await get(target, (await created).headers.location ?? "")).metadata);
  const path = "/1.0/instances/c1";
  const scopes = async (): Promise<string[] | undefined> =>
    (await readState(target, path)).network?.["eth0"]?.addresses.map(({ family, scope }) => `${family} ${scope}`);

  const { metadata } = await changeState(target, path, { action: "start" });
  await clock.advance(99);
  expect((await readState(target, path)).status).toBe("Stopped");
  await clock.advance(1);
  expect((await readState(target, path)).status).toBe("Running");
  const operation = await get(target, `/1.0/operations/${(metadata as Operation).id}`);
  expect(operation.metadata).toMatchObject({ status: "Success" });
  expect(await scopes()).toEqual([]);
  await clock.advance(50);
  expect(await scopes()).toEqual(["inet global", "inet6 link"]);
  await clock.advance(50);
  expect(await scopes()).toEqual(["inet global", "inet6 global", "inet6 link"]);
});

test("an operation is forgotten exactly five seconds after its end", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock, images, createMs: 0 });
  const target = targetOf(fake);
  const { headers } = await post(target, { name: "c1", source: { type: "none" } });
  await clock.advance(4999);
  expect((await get(target, headers.location ?? "")).metadata).toMatchObject({ status: "Success" });
  await clock.advance(1);
  expect((await get(target, headers.location ?? "")).status).toBe(404);
});

test("a frozen instance cannot be stopped gracefully within the time limit, and is thawed", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock, images, createMs: 0, bootMs: 0, flavour: "incus" });
  const target = targetOf(fake);
  const done = async (answer: ReturnType<typeof post>): Promise<Operation> => {
    const location = (await answer).headers.location ?? "";
    return advanceUntil(clock, async () => (await get(target, location)).metadata);
  };
  await done(post(target, fromImage(target, "c1")));
  const path = "/1.0/instances/c1";
  await done(changeState(target, path, { action: "start" }));
  await done(changeState(target, path, { action: "freeze" }));
  const { headers } = await changeState(target, path, { action: "stop", timeout: 2 });
  await clock.advance(2000);
  // Measured on Incus 6.0.4; LXD 5.0.2 gives another reason.
  expect((await get(target, headers.location ?? "")).metadata).toMatchObject({
    status: "Failure",
    err: 'Failed shutting down instance, status is "Running": context deadline exceeded',
  });
  expect((await readState(target, path)).status).toBe("Running");
});

test("the same seed gives the same addresses", async () => {
  const macOf = async (seed: number): Promise<unknown> => {
    await using fake = await startFakeServer({ images, random: createRandom(seed) });
    const path = await withStopped(fake, "c1");
    return ((await get(targetOf(fake), path)).metadata as Instance).config["volatile.eth0.hwaddr"];
  };
  expect(await macOf(7)).toBe(await macOf(7));
  expect(await macOf(7)).not.toBe(await macOf(8));
});

test("a second change while one is under way is refused in the operation", async () => {
  await using fake = await startFakeServer({ images, bootMs: 60_000 });
  const target = targetOf(fake);
  const path = await withStopped(fake, "c1");
  await changeState(target, path, { action: "start" });
  const removal = await operationEnd(target, await send(target, "DELETE", path));
  // Measured on both families while an instance was being created.
  expect(removal.err).toBe('Failed to create instance delete operation: Instance is busy running a "start" operation');
});

/** Polls a condition that depends on this process alone. */
async function waitFor(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { interval: 5, timeout: 5000 }).toBe(true);
}

/** Moves the clock in small steps until the operation has ended. */
async function advanceUntil(
  clock: ReturnType<typeof createManualClock>,
  read: () => Promise<unknown>,
): Promise<Operation> {
  for (let step = 0; step < 200; step += 1) {
    const operation = (await read()) as Operation;
    if (operation.status_code >= 200) return operation;
    await clock.advance(1);
  }
  throw new Error("the operation did not end");
}
