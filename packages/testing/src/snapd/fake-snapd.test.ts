import { existsSync } from "node:fs";
import { request } from "node:http";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { createManualClock } from "../core/clock.ts";
import { type FakeSnapd, startFakeSnapd } from "./fake-snapd.ts";
import { lxdSnaps, type StoreSnap } from "./snaps.ts";

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly result: Readonly<Record<string, unknown>>;
  readonly change: string;
}

function ask({ socketPath }: FakeSnapd, method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ socketPath, method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ ...(JSON.parse(text) as Answer), status: response.statusCode ?? 0 }));
    })
      .on("error", reject)
      .end(typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body));
  });
}

const get = (snapd: FakeSnapd, path: string): Promise<Answer> => ask(snapd, "GET", path);
const post = (snapd: FakeSnapd, path: string, body: unknown): Promise<Answer> => ask(snapd, "POST", path, body);

/** Waits until a change is ready and gives it. */
async function ready(snapd: FakeSnapd, answer: Promise<Answer>): Promise<Readonly<Record<string, unknown>>> {
  const { status, type, change } = await answer;
  expect([status, type]).toEqual([202, "async"]);
  await expect.poll(async () => (await get(snapd, `/v2/changes/${change}`)).result["ready"]).toBe(true);
  return (await get(snapd, `/v2/changes/${change}`)).result;
}

test("a snap is installed with its base, refreshed to another channel and removed, each by a change", async () => {
  await using snapd = await startFakeSnapd();
  expect((await get(snapd, "/v2/snaps")).result).toEqual([]);
  const install = await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "install", channel: "5.0" }));
  expect(install).toMatchObject({
    kind: "install-snap",
    summary: 'Install "lxd" snap from "5.0/stable" channel',
    status: "Done",
    data: { "snap-names": ["lxd"] },
  });
  expect((await get(snapd, "/v2/snaps/lxd")).result).toMatchObject({
    name: "lxd",
    status: "active",
    channel: "5.0/stable",
    "tracking-channel": "5.0/stable",
    revision: "27428",
    base: "core22",
  });
  expect(snapd.installed("core22")).toMatchObject({ channel: "latest/stable" });
  const refresh = await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "refresh", channel: "latest/beta" }));
  expect(refresh).toMatchObject({ kind: "refresh-snap", summary: 'Refresh "lxd" snap from "latest/beta" channel' });
  // A closed channel has what the next more stable one has.
  expect(snapd.installed("lxd")).toMatchObject({ channel: "latest/beta", revision: "30256" });
  await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "remove" }));
  expect((await get(snapd, "/v2/snaps?snaps=lxd,core22")).result).toMatchObject([{ name: "core22", type: "base" }]);
});

test("a change shows its progress task by task, and can be aborted", async () => {
  const clock = createManualClock();
  await using snapd = await startFakeSnapd({ clock, taskMs: 100 });
  const { change } = await post(snapd, "/v2/snaps/lxd", { action: "install" });
  await clock.advance(150);
  const { result } = await get(snapd, `/v2/changes/${change}`);
  expect(result).toMatchObject({ status: "Doing", ready: false });
  expect((result["tasks"] as object[]).slice(0, 3)).toMatchObject([
    { kind: "prerequisites", status: "Done", progress: { done: 1, total: 1 } },
    { kind: "download-snap", status: "Doing", progress: { label: "lxd", done: 47_500_000, total: 95_000_000 } },
    { kind: "validate-snap", status: "Do" },
  ]);
  expect((await get(snapd, "/v2/changes")).result).toHaveLength(1);
  expect((await post(snapd, "/v2/snaps/lxd", { action: "install" })).result).toEqual({
    message: 'snap "lxd" has "install-snap" change in progress',
    kind: "snap-change-conflict",
    value: { "change-kind": "install-snap", "snap-name": "lxd" },
  });
  expect((await post(snapd, `/v2/changes/${change}`, { action: "abort" })).result).toMatchObject({ status: "Undone" });
  await clock.advance(10_000);
  expect(snapd.installed("lxd")).toBeUndefined();
  expect((await post(snapd, `/v2/changes/${change}`, { action: "abort" })).result).toEqual({
    message: `cannot abort change ${change} with nothing pending`,
  });
  expect((await get(snapd, "/v2/changes")).result).toEqual([]);
  expect((await get(snapd, "/v2/changes?select=ready&for=lxd")).result).toHaveLength(1);
});

test("a change that fails says which task did, and undoes the others", async () => {
  await using snapd = await startFakeSnapd();
  const message = "cannot download: no space left on device";
  const planted = snapd.failChange({ kind: "install-snap", snap: "lxd", task: "download-snap", message });
  const change = await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "install" }));
  const summary = 'Download snap "lxd" (30130) from channel "latest/stable"';
  expect(change).toMatchObject({
    status: "Error",
    err: `cannot perform the following tasks:\n- ${summary} (${message})`,
  });
  expect((change["tasks"] as { status: string }[]).map(({ status }) => status).slice(0, 4)).toEqual([
    "Undone",
    "Error",
    "Hold",
    "Hold",
  ]);
  expect([snapd.installed("lxd"), planted.hits]).toEqual([undefined, 1]);
  await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "install" }));
});

test("refreshes are held for a time or for ever, and again allowed", async () => {
  await using snapd = await startFakeSnapd({ installed: { lxd: "latest" } });
  const hold = { action: "hold", "hold-level": "general", time: "forever" };
  expect(await ready(snapd, post(snapd, "/v2/snaps/lxd", hold))).toMatchObject({ kind: "hold-snap" });
  expect((await get(snapd, "/v2/snaps/lxd")).result["hold"]).toBe("2315-01-01T00:00:00Z");
  await ready(snapd, post(snapd, "/v2/snaps", { ...hold, time: "2027-01-01T00:00:00Z", snaps: ["lxd"] }));
  expect(snapd.installed("lxd")?.heldUntil).toBe("2027-01-01T00:00:00Z");
  await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "unhold" }));
  expect((await get(snapd, "/v2/snaps/lxd")).result).not.toHaveProperty("hold");
  expect((await post(snapd, "/v2/snaps/lxd", { ...hold, time: "soon" })).status).toBe(400);
});

test("services are listed, stopped and started; a command is none", async () => {
  await using snapd = await startFakeSnapd({ installed: { lxd: "latest" } });
  const services = async (): Promise<unknown> => (await get(snapd, "/v2/apps?names=lxd&select=service")).result;
  expect(await services()).toMatchObject([{ name: "activate" }, { name: "daemon", active: true }, {}]);
  const stop = { action: "stop", names: ["lxd.daemon"], disable: true };
  expect(await ready(snapd, post(snapd, "/v2/apps", stop))).toMatchObject({ kind: "service-control", status: "Done" });
  expect((await services()) as object[]).toMatchObject([{}, { name: "daemon", daemon: "simple" }, {}]);
  expect(((await services()) as object[])[1]).not.toHaveProperty("active");
  await ready(snapd, post(snapd, "/v2/apps", { action: "restart", names: ["lxd"] }));
  expect(((await services()) as object[])[1]).toMatchObject({ active: true });
  expect((await get(snapd, "/v2/apps")).result).toHaveLength(10);
  expect(await post(snapd, "/v2/apps", { action: "start", names: ["lxd.lxc"] })).toMatchObject({ status: 404 });
});

test("configuration is set by a change and read by its keys", async () => {
  await using snapd = await startFakeSnapd({ installed: { lxd: "latest" } });
  await ready(snapd, ask(snapd, "PUT", "/v2/snaps/system/conf", { "refresh.hold": "2027-01-01T00:00:00Z" }));
  expect((await get(snapd, "/v2/snaps/system/conf?keys=refresh.hold")).result).toEqual({
    "refresh.hold": "2027-01-01T00:00:00Z",
  });
  expect((await get(snapd, "/v2/system-info")).result).toMatchObject({ refresh: { hold: "2027-01-01T00:00:00Z" } });
  await ready(snapd, ask(snapd, "PUT", "/v2/snaps/lxd/conf", { "daemon.debug": true, x: 1 }));
  await ready(snapd, ask(snapd, "PUT", "/v2/snaps/lxd/conf", { x: null }));
  expect((await get(snapd, "/v2/snaps/lxd/conf")).result).toEqual({ "daemon.debug": true });
  expect(await get(snapd, "/v2/snaps/lxd/conf?keys=x")).toMatchObject({
    status: 400,
    result: { kind: "option-not-found", value: { SnapName: "lxd", Key: "x" } },
  });
});

test("the store is searched by name and by text", async () => {
  await using snapd = await startFakeSnapd();
  expect((await get(snapd, "/v2/find?name=lxd")).result).toMatchObject([
    { name: "lxd", status: "available", channels: { "5.0/stable": { revision: "27428" } } },
  ]);
  expect((await get(snapd, "/v2/find?q=container")).result).toHaveLength(1);
  snapd.publish({ name: "vm-tools", channels: { "latest/stable": { version: "1", revision: "7" } } });
  expect((await get(snapd, "/v2/find?q=vm-tools")).result).toMatchObject([{ revision: "7" }]);
});

// Each of these but those that say so was measured on snapd 2.57.6.
test.each<[string, string, unknown, number, unknown]>([
  ["GET", "/v2/nothing", undefined, 404, { message: "not found" }],
  ["DELETE", "/v2/snaps/core22", undefined, 405, { message: 'method "DELETE" not allowed' }],
  ["GET", "/v2/snaps/no", undefined, 404, { message: "snap not installed", kind: "snap-not-found", value: "no" }],
  [
    "POST",
    "/v2/snaps/no",
    { action: "remove" },
    400,
    { message: 'snap "no" is not installed', kind: "snap-not-installed", value: "no" },
  ],
  [
    "POST",
    "/v2/snaps/no",
    { action: "refresh" },
    400,
    { message: 'snap "no" is not installed', kind: "snap-not-installed", value: "no" },
  ],
  ["POST", "/v2/snaps/no", { action: "explode" }, 400, { message: "unknown action explode" }],
  [
    "POST",
    "/v2/snaps",
    { action: "explode", snaps: ["lxd"] },
    400,
    { message: 'unsupported multi-snap operation "explode"' },
  ],
  ["POST", "/v2/snaps/no", "", 400, { message: "cannot decode request body into snap instruction: EOF" }],
  [
    "POST",
    "/v2/snaps/lxd",
    { action: "install", channel: "latest/bad/x/y" },
    400,
    { message: "channel name has too many components: latest/bad/x/y" },
  ],
  ["GET", "/v2/apps?names=no", undefined, 404, { message: 'snap "no" not found', kind: "snap-not-found", value: "no" }],
  ["GET", "/v2/changes/99", undefined, 404, { message: 'cannot find change with id "99"' }],
  // From the documentation of its errors.
  [
    "POST",
    "/v2/snaps/core22",
    { action: "install" },
    400,
    {
      message: "snap \"core22\" is already installed, see 'snap help refresh'",
      kind: "snap-already-installed",
      value: "core22",
    },
  ],
  [
    "POST",
    "/v2/snaps/core22",
    { action: "refresh" },
    400,
    { message: 'snap "core22" has no updates available', kind: "snap-no-update-available", value: "core22" },
  ],
  [
    "POST",
    "/v2/snaps/no",
    { action: "install" },
    404,
    { message: 'snap "no" not found', kind: "snap-not-found", value: "no" },
  ],
])("%s %s %j is refused with %i", async (method, path, body, status, result) => {
  await using snapd = await startFakeSnapd({ installed: { core22: "stable" } });
  const answer = await ask(snapd, method, path, body);
  expect(answer).toMatchObject({ type: "error", status });
  expect(answer.result).toEqual(result);
});

test("a channel that the store does not have is told with those that it has", async () => {
  await using snapd = await startFakeSnapd();
  const answer = await post(snapd, "/v2/snaps/lxd", { action: "install", channel: "9.9/stable" });
  expect(answer).toMatchObject({
    status: 404,
    result: { kind: "snap-channel-not-available", value: { channel: "9.9/stable", "snap-name": "lxd" } },
  });
  expect(await post(snapd, "/v2/snaps/lxd", { action: "install", revision: "1" })).toMatchObject({
    status: 404,
    result: { kind: "snap-revision-not-available" },
  });
});

test("a snap of classic confinement has to be asked for as such", async () => {
  const classic: StoreSnap = {
    name: "juju",
    confinement: "classic",
    channels: { "latest/stable": { version: "3.6", revision: "1" } },
  };
  await using snapd = await startFakeSnapd({ store: [...lxdSnaps, classic] });
  const refused = await post(snapd, "/v2/snaps/juju", { action: "install" });
  expect(refused).toMatchObject({ status: 400, result: { kind: "snap-needs-classic", value: "juju" } });
  await ready(snapd, post(snapd, "/v2/snaps/juju", { action: "install", classic: true }));
  expect(snapd.installed("juju")?.isClassic).toBe(true);
});

test("snaps can be disabled, enabled and switched; a base that is used cannot go", async () => {
  await using snapd = await startFakeSnapd({ installed: { lxd: "latest", core22: "latest" } });
  await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "disable" }));
  expect((await get(snapd, "/v2/snaps/lxd")).result["status"]).toBe("installed");
  expect((await post(snapd, "/v2/snaps/lxd", { action: "disable" })).status).toBe(400);
  await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "enable" }));
  await ready(snapd, post(snapd, "/v2/snaps/lxd", { action: "switch", channel: "5.21" }));
  expect(snapd.installed("lxd")).toMatchObject({ channel: "5.21/stable", revision: "30130" });
  expect((await post(snapd, "/v2/snaps/core22", { action: "remove" })).status).toBe(400);
});

test("its requests are logged, and faults strike them", async () => {
  await using snapd = await startFakeSnapd();
  const value = { "snap-names": ["lxd"], "change-kind": "install" };
  snapd.failRequest({ method: "POST", status: 507, error: "no space", kind: "insufficient-disk-space", value });
  expect(await post(snapd, "/v2/snaps/lxd", { action: "install" })).toMatchObject({
    status: 507,
    result: { message: "no space", kind: "insufficient-disk-space", value },
  });
  snapd.dropConnection({ when: "before" });
  await expect(post(snapd, "/v2/snaps/lxd", { action: "install" })).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await get(snapd, "/v2/changes?select=all")).result).toEqual([]);
  snapd.cutReply();
  await expect(get(snapd, "/v2/system-info")).rejects.toThrow("aborted");
  expect(snapd.requests.map(({ method, path, status }) => `${method} ${path} ${String(status)}`)).toEqual([
    "POST /v2/snaps/lxd 507",
    "POST /v2/snaps/lxd undefined",
    "GET /v2/changes 200",
    "GET /v2/system-info 200",
  ]);
});

test("closing removes its socket; a channel that is missing is an error of the test", async () => {
  const snapd = await startFakeSnapd();
  await snapd.close();
  await snapd.close();
  expect(existsSync(dirname(snapd.socketPath))).toBe(false);
  await expect(startFakeSnapd({ installed: { lxd: "9.9" } })).rejects.toThrow("no lxd in 9.9");
});
