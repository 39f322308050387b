import { startFakeSnapd } from "@lxdkit/testing";
import { expect, test } from "vitest";
import { hostStage } from "../host-stage.test-support.ts";
import { createSnapd } from "./snapd.ts";

test("reads: version, snaps, one snap, changes, channels of the store", async () => {
  await using fake = await startFakeSnapd({ installed: { lxd: "5.0/stable" } });
  const snapd = createSnapd(hostStage({ snapd: fake }).access);
  expect(await snapd.version()).toBe("2.63");
  expect((await snapd.list()).map(({ name, channel }) => [name, channel])).toEqual([["lxd", "5.0/stable"]]);
  expect(await snapd.find("lxd")).toMatchObject({ name: "lxd", revision: "27428" });
  expect(await snapd.find("nosuch")).toBeUndefined();
  expect(await snapd.changes()).toEqual([]);
  expect(Object.keys(await snapd.channelsOf("lxd"))).toContain("latest/stable");
});

test("a store that does not answer ends in a typed error at its deadline", async () => {
  await using fake = await startFakeSnapd();
  fake.delay({ path: "/v2/find", ms: 5_000 });
  const snapd = createSnapd({ ...hostStage({ snapd: fake }).access, storeTimeoutMs: 50 });
  await expect(snapd.channelsOf("lxd")).rejects.toMatchObject({
    code: "SNAPD_TIMEOUT",
    request: "GET /v2/find?name=lxd",
    address: fake.socketPath,
  });
});

test("the progress of a change is told, and its failure has snapd's words", async () => {
  await using fake = await startFakeSnapd({ taskMs: 5 });
  const snapd = createSnapd(hostStage({ snapd: fake }).access);
  const told: string[] = [];
  await snapd.change(
    "lxd",
    { action: "install", channel: "latest/stable" },
    { onProgress: (text) => void told.push(text) },
  );
  expect(told.join("\n")).toContain('Download snap "lxd"');
  fake.failChange({ kind: "refresh-snap", message: "no space left on device" });
  await expect(snapd.change("lxd", { action: "refresh", channel: "latest/beta" })).rejects.toMatchObject({
    code: "SNAP_CHANGE_FAILED",
    message: expect.stringContaining("no space left on device"),
  });
});

test("a snap that could not be mounted is tried three times, 10 s apart; anything else once", async () => {
  await using fake = await startFakeSnapd();
  const stage = hostStage({ snapd: fake });
  const snapd = createSnapd(stage.access);
  fake.failChange({ kind: "install-snap", message: "mount snap lxd failed", times: 2 });
  await snapd.change("lxd", { action: "install", channel: "latest/stable" });
  expect(stage.pauses.filter((ms) => ms === 10_000)).toHaveLength(2);
  expect(fake.installed("lxd")).toMatchObject({ channel: "latest/stable" });
});

test("another change in the way is waited for", async () => {
  await using fake = await startFakeSnapd();
  const stage = hostStage({ snapd: fake });
  fake.failRequest({ method: "POST", status: 409, kind: "snap-change-conflict", error: "busy" });
  await createSnapd(stage.access).change("lxd", { action: "install", channel: "latest/stable" });
  expect(stage.pauses).toContain(10_000);
});

test("errors of the socket and of snapd are told apart", async () => {
  await using fake = await startFakeSnapd();
  const snapd = createSnapd(hostStage({ snapd: fake }).access);
  const codeOf = async (asked: Promise<unknown>): Promise<unknown> =>
    asked.catch((error: unknown) => (error as { code: string }).code);
  fake.failRequest({ status: 403, error: "access denied", kind: "login-required" });
  expect(await codeOf(snapd.version())).toBe("SNAPD_FORBIDDEN");
  fake.failRequest({ status: 500, error: "broken" });
  expect(await codeOf(snapd.version())).toBe("SNAPD_REFUSED");
  fake.dropConnection();
  expect(await codeOf(snapd.version())).toBe("SNAPD_LOST");
  fake.cutReply();
  expect(await codeOf(snapd.version())).toBe("SNAPD_LOST");
  expect(await codeOf(createSnapd(hostStage().access).version())).toBe("SNAPD_NOT_FOUND");
  const reason = new Error("enough");
  await expect(snapd.version({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
