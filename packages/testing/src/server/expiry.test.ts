import type { Operation } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { listenToEvents } from "../contract/raw-events.ts";
import { get, send } from "../contract/raw-http.ts";
import { sendTls } from "../contract/raw-https.ts";
import { createManualClock } from "../core/clock.ts";
import { startFakeServer } from "../fake-server.ts";
import { withInstanceSnapshot, withVolume } from "../setup/with-kept-objects.ts";
import { withInstance } from "../setup/with-instance.ts";
import { targetOf } from "../fake-target.ts";

const start = Date.UTC(2026, 0, 1);
const inSeconds = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

const volume = "/1.0/storage-pools/default/volumes/custom/v1";

// Each of these was measured on LXD 5.0.2 and Incus 6.0.4.
describe.each(["lxd", "incus"] as const)("what expires on a fake %s", (flavour) => {
  test("goes in the next minute after its time, by an operation of no project, and nobody did it", async () => {
    const clock = createManualClock(start);
    const setup = [withInstance({ name: "c1" }), withVolume({ name: "v1" })];
    await using fake = await startFakeServer({ flavour, clock, setup });
    const target = targetOf(fake);
    const body = { name: "s1", expires_at: inSeconds(70) };
    await send(target, "POST", "/1.0/instances/c1/snapshots", { body });
    await send(target, "POST", "/1.0/instances/c1/snapshots", { body: { name: "kept" } });
    await send(target, "POST", `${volume}/snapshots`, { body });
    const events = await listenToEvents(target, "?type=lifecycle,operation");
    await clock.advance(119_999);
    expect((await get(target, "/1.0/instances/c1/snapshots")).metadata).toHaveLength(2);
    await clock.advance(1);
    expect((await get(target, "/1.0/instances/c1/snapshots")).metadata).toEqual(["/1.0/instances/c1/snapshots/kept"]);
    expect((await get(target, `${volume}/snapshots`)).metadata).toEqual([]);
    await events.find("the last event", (event) => JSON.stringify(event).includes("storage-volume-snapshot-deleted"));
    const told = events.all.map(({ metadata, ...event }) => {
      const { description, status, action, source, requestor } = metadata as Readonly<Record<string, unknown>>;
      return action === undefined ? [description, status, event.project] : [action, source, requestor];
    });
    const cleaning = (what: string, status: string): unknown[] => [`Cleaning up expired ${what}`, status, undefined];
    expect(told).toEqual(
      expect.arrayContaining([
        cleaning("instance snapshots", "Running"),
        cleaning("instance snapshots", "Success"),
        ["instance-snapshot-deleted", "/1.0/instances/c1/snapshots/s1", undefined],
        cleaning("volume snapshots", "Success"),
        [
          "storage-volume-snapshot-deleted",
          "/1.0/storage-pools/default/volumes/custom/default_v1/snapshots/s1",
          undefined,
        ],
      ]),
    );
    events.close();
  });

  test("also when it was there at the start, or is changed later, or the daemon was restarted", async () => {
    const clock = createManualClock(start);
    const snapshots = [
      withInstanceSnapshot({ instance: "c1", name: "first", expiresAt: inSeconds(30) }),
      withInstanceSnapshot({ instance: "c1", name: "later", expiresAt: inSeconds(30) }),
    ];
    await using fake = await startFakeServer({ flavour, clock, setup: [withInstance({ name: "c1" }), ...snapshots] });
    const target = targetOf(fake);
    const path = "/1.0/instances/c1/snapshots";
    await send(target, "PUT", `${path}/later`, { body: { expires_at: inSeconds(300) } });
    await clock.advance(60_000);
    expect((await get(target, path)).metadata).toEqual([`${path}/later`]);
    await fake.restart();
    await clock.advance(240_000);
    expect((await get(target, path)).metadata).toEqual([]);
    expect(clock.due.filter((ms) => ms > 5000)).toEqual([]);
  });

  test("and a token, which is refused from then on and cancelled in the next minute", async () => {
    const clock = createManualClock(start);
    await using fake = await startFakeServer({ flavour, clock, https: true });
    const target = targetOf(fake);
    await send(target, "PATCH", "/1.0", { body: { config: { "core.remote_token_expiry": "10S" } } });
    const issue = async (): Promise<Operation> =>
      (await send(target, "POST", "/1.0/certificates", { body: { name: "me", type: "client", token: true } }))
        .metadata as Operation;
    const [used, unused] = [await issue(), await issue()];
    expect(Date.parse(String(used.metadata["expiresAt"]))).toBe(start + 10_000);
    await clock.advance(10_001);
    const { fingerprint, addresses, secret } = used.metadata;
    const token = Buffer.from(JSON.stringify({ client_name: "me", fingerprint, addresses, secret })).toString("base64");
    const pair = await createSelfSignedCertificate({ usage: "client", commonName: "me@here" });
    const body = { type: "client", ...(flavour === "lxd" ? { password: token } : { trust_token: token }) };
    expect(await sendTls(target, "POST", "/1.0/certificates", { pair, body })).toMatchObject({
      status: 500,
      error: "Failed during search for certificate add token operation: Token has expired",
    });
    const statusOf = async ({ id }: Operation): Promise<unknown> =>
      ((await get(target, `/1.0/operations/${id}`)).metadata as Operation).status;
    expect([await statusOf(used), await statusOf(unused)]).toEqual(["Cancelled", "Running"]);
    await clock.advance(49_999);
    expect(await statusOf(unused)).toBe("Cancelled");
  });
});

test("nothing waits on the clock while nothing expires", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock, setup: [withInstance({ name: "c1" })] });
  await send(targetOf(fake), "POST", "/1.0/instances/c1/snapshots", { body: { name: "s1" } });
  await clock.advance(10_000);
  expect(clock.pending).toBe(0);
});
