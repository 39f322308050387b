import type { Instance, Operation } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { changeState, fromImage, post, readState } from "./contract/own-instance.ts";
import { listenToEvents } from "./contract/raw-events.ts";
import { get, send } from "./contract/raw-http.ts";
import { sendTls } from "./contract/raw-https.ts";
import { createManualClock, systemClock } from "./core/clock.ts";
import { startFakeServer } from "./fake-server.ts";
import { withImage, withProfile } from "./setup/with-objects.ts";
import { withInstance } from "./setup/with-instance.ts";
import { targetOf } from "./fake-target.ts";

const setup = [
  withImage({ aliases: ["tiny"] }),
  withInstance({ name: "on", status: "Running" }),
  withInstance({ name: "off" }),
];

describe.each(["lxd", "incus"] as const)("a restart of a fake %s", (flavour) => {
  test("keeps what is kept, and what runs goes on running", async () => {
    // What is used of the processor grows with time, which stands still here.
    const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 1) };
    await using fake = await startFakeServer({ flavour, setup, clock });
    const target = targetOf(fake);
    const before = await readState(target, "/1.0/instances/on");
    await send(target, "POST", "/1.0/profiles", { body: { name: "p1" } });
    await fake.restart();
    await fake.restart();
    expect(await readState(target, "/1.0/instances/on")).toEqual(before);
    expect((await get(target, "/1.0/profiles/p1")).status).toBe(200);
    expect((await get(target, "/1.0/instances")).metadata).toEqual(["/1.0/instances/off", "/1.0/instances/on"]);
    expect(fake.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("ends operations where they are, and lets nobody wait for them", async () => {
    const clock = createManualClock();
    await using fake = await startFakeServer({ flavour, setup, clock, createMs: 100, bootMs: 100, stopMs: 100 });
    const target = targetOf(fake);
    const creation = (await post(target, fromImage(target, "half"))).metadata as Operation;
    await changeState(target, "/1.0/instances/off", { action: "start" });
    await clock.advance(50);
    const waiting = get(target, `/1.0/operations/${creation.id}/wait`);
    await expect.poll(() => fake.requests.at(-1)?.path).toContain("/wait");
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: "ECONNRESET" }), fake.restart()]);
    expect((await get(target, `/1.0/operations/${creation.id}`)).status).toBe(404);
    expect((await get(target, "/1.0/operations")).metadata).toEqual({});
    await clock.advance(1000);
    expect((await readState(target, "/1.0/instances/off")).status).toBe("Stopped");
    expect((await get(target, "/1.0/instances/half")).metadata).toMatchObject({ status: "Stopped" });
    // Nothing is busy any more, but what is half made is good for nothing. Measured by killing both servers.
    const start = async (name: string): Promise<unknown> => {
      const answer = await changeState(target, `/1.0/instances/${name}`, { action: "start" });
      await clock.advance(100);
      return (await get(target, `/1.0/operations/${(answer.metadata as Operation).id}`)).metadata;
    };
    expect(await start("off")).toMatchObject({ status: "Success" });
    expect(await start("half")).toMatchObject({
      err: `${flavour === "lxd" ? "" : "Failed getting instance pool: "}Instance storage pool not found`,
    });
    await send(target, "DELETE", "/1.0/instances/half");
    await clock.advance(0);
    expect((await get(target, "/1.0/instances/half")).status).toBe(404);
  });

  test.each([10, 150])("gives the addresses that were still to come after %i ms", async (ranMs) => {
    const clock = createManualClock();
    await using fake = await startFakeServer({ flavour, setup, clock, bootMs: 0, leaseMs: 100 });
    const target = targetOf(fake);
    await changeState(target, "/1.0/instances/off", { action: "start" });
    await clock.advance(ranMs);
    await fake.restart();
    await clock.advance(200);
    const { network } = await readState(target, "/1.0/instances/off");
    expect(network?.["eth0"]?.addresses.map(({ scope }) => scope)).toEqual(["global", "global", "link"]);
  });

  test("breaks the sockets of listeners, who may come back", async () => {
    await using fake = await startFakeServer({ flavour });
    const events = await listenToEvents(targetOf(fake), "");
    await fake.restart();
    expect(await events.closed).toBe(1006);
    (await listenToEvents(targetOf(fake), "")).close();
  });

  test("listens at the same port with the same certificate", async () => {
    await using fake = await startFakeServer({ flavour, https: true });
    const [url, certificate] = [fake.httpsUrl, await fake.certificate()];
    await fake.restart();
    expect([fake.httpsUrl, await fake.certificate()]).toEqual([url, certificate]);
    expect((await sendTls(targetOf(fake), "GET", "/1.0")).status).toBe(200);
  });
});

test("nobody answers while it is down, on the fake's own clock", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock });
  const target = targetOf(fake);
  await get(target, "/1.0");
  const restarted = fake.restart({ downtimeMs: 500 });
  await expect.poll(() => clock.due).toEqual([500]);
  // As after a crash, the socket is there and nobody listens.
  await expect(get(target, "/1.0")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await clock.advance(500);
  await restarted;
  expect((await get(target, "/1.0")).status).toBe(200);
});

test("planted faults outlive it", async () => {
  await using fake = await startFakeServer();
  fake.failRequest({ nth: 2, status: 503, error: "not yet" });
  await get(targetOf(fake), "/1.0");
  await fake.restart();
  expect((await get(targetOf(fake), "/1.0")).status).toBe(503);
});

test("what was made at the start is not made again", async () => {
  await using fake = await startFakeServer({ setup: [...setup, withProfile({ name: "p1", description: "first" })] });
  const target = targetOf(fake);
  await send(target, "DELETE", "/1.0/profiles/p1");
  const uuid = async (): Promise<string | undefined> =>
    ((await get(target, "/1.0/instances/off")).metadata as Instance).config["volatile.uuid"];
  const before = await uuid();
  await fake.restart();
  expect((await get(target, "/1.0/profiles/p1")).status).toBe(404);
  expect(await uuid()).toBe(before);
});

test("a fake that is closed while it is down stays closed", async () => {
  const clock = createManualClock();
  const fake = await startFakeServer({ clock });
  void fake.restart({ downtimeMs: 500 });
  await expect.poll(() => clock.pending).toBe(1);
  await fake.close();
  await clock.advance(500);
  await expect(get(targetOf(fake), "/1.0")).rejects.toMatchObject({ code: "ENOENT" });
});

test("the members of a cluster stay where they are, and those that are offline stay so", async () => {
  await using fake = await startFakeServer({ members: ["m1", "m2", "m3"] });
  await fake.takeOffline("m3");
  const before = fake.members;
  await fake.restart();
  expect(fake.members).toEqual(before);
  expect(before.map(({ name, isOnline }) => [name, isOnline])).toEqual([
    ["m1", true],
    ["m2", true],
    ["m3", false],
  ]);
  const answers = before.map(({ httpsUrl }) =>
    sendTls({ ...targetOf(fake), httpsUrl }, "GET", "/1.0").then(
      ({ status }) => status,
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    ),
  );
  expect(await Promise.all(answers)).toEqual([200, 200, "ECONNREFUSED"]);
});
