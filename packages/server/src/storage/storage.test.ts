import { type FakeServer, type FakeServerOptions, startFakeServer, withPool, withProfile } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { serverFacts } from "../configuration/server-facts.ts";
import { createTurns } from "../turns.ts";
import { openServer, type Server } from "../server.ts";
import { ensureDefaultStorage } from "./ensure-default-storage.ts";

interface Stage extends AsyncDisposable {
  readonly fake: FakeServer;
  readonly server: Server;
  /** What was asked since the server was opened, for example `GET /1.0/storage-pools`. */
  asked(): string[];
  /** The bodies that were sent with a method. */
  sent(method: string): unknown[];
}

async function stage(options: FakeServerOptions): Promise<Stage> {
  const fake = await startFakeServer(options);
  const server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  return {
    fake,
    server,
    asked: () => fake.requests.slice(1).map(({ method, path }) => `${method} ${path}`),
    sent: (method) => fake.requests.filter((request) => request.method === method).map(({ body }) => body),
    async [Symbol.asyncDispose]() {
      await server.close();
      await fake.close();
    },
  };
}

const disk = (pool: string): object => ({ type: "disk", path: "/", pool });
const get = "GET /1.0/profiles/default";
const put = "PUT /1.0/profiles/default";
const list = "GET /1.0/storage-pools";
const create = "POST /1.0/storage-pools";

// The numbers are those of the cases of storage.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const empty = { flavour, initialised: false } as const;
  const withPools = (...names: string[]): FakeServerOptions => ({
    ...empty,
    setup: names.map((name) => withPool({ name })),
  });

  test("row 1: a pool is made of name, driver and config; a refusal names it", async () => {
    await using at = await stage(empty);
    await at.server.createPool("new-pool", "dir", { "rsync.bwlimit": "1MB" });
    expect(at.asked()).toEqual([create]);
    expect(at.sent("POST")).toEqual([{ name: "new-pool", driver: "dir", config: { "rsync.bwlimit": "1MB" } }]);
    // The config of the table, which the driver does not take.
    await expect(at.server.createPool("sized", "dir", { size: "1024MB" })).rejects.toMatchObject({
      code: "POOL_NOT_CREATED",
      step: "create storage pool sized",
      cause: { name: "ApiError" },
    });
    expect(at.sent("POST").at(-1)).toEqual({ name: "sized", driver: "dir", config: { size: "1024MB" } });
    await expect(at.server.createPool("new-pool", "dir")).rejects.toMatchObject({ cause: { code: "CONFLICT" } });
  });

  test("row 2: a volume is a custom one", async () => {
    await using at = await stage(withPools("default-pool"));
    await at.server.createVolume("default-pool", "volume", { size: "1024MB" });
    expect(at.asked()).toEqual(["POST /1.0/storage-pools/default-pool/volumes"]);
    expect(at.sent("POST")).toEqual([{ name: "volume", type: "custom", config: { size: "1024MB" } }]);
    await expect(at.server.createVolume("default-pool", "volume")).rejects.toMatchObject({
      code: "VOLUME_NOT_CREATED",
      step: "create storage volume volume in default-pool",
      cause: { code: "CONFLICT" },
    });
  });

  test.each(["root", "foo"])("rows 3 and 4: a device %s for / is enough", async (device) => {
    const profile = withProfile({ name: "default", devices: { [device]: { type: "disk", path: "/", pool: "fast" } } });
    await using at = await stage({ ...empty, setup: [withPool({ name: "fast" }), profile] });
    expect(await at.server.ensureDefaultStorage()).toEqual({ device, pool: "fast", isChanged: false });
    expect(at.asked()).toEqual([get]);
  });

  test.each([
    ["row 5", ["default", "other"], "default"],
    ["row 6", ["other", "default"], "default"],
    // The list comes in the order of the names.
    ["row 7", ["a-zfs", "lvm"], "a-zfs"],
  ])("%s: the pool of the new root disk", async (_, names, pool) => {
    await using at = await stage(withPools(...names));
    expect(await at.server.ensureDefaultStorage()).toEqual({ device: "root", pool, isChanged: true });
    expect(at.asked()).toEqual([get, list, put]);
    expect(at.fake.requests.at(-1)?.headers["if-match"]).toMatch(/^"[0-9a-f]{64}"$/);
    expect(at.sent("PUT")).toMatchObject([{ devices: { root: disk(pool) } }]);
    expect(await at.server.ensureDefaultStorage()).toEqual({ device: "root", pool, isChanged: false });
  });

  test("row 8: without a pool one is made first, as wanted", async () => {
    await using at = await stage(empty);
    expect(await at.server.ensureDefaultStorage()).toEqual({ device: "root", pool: "default", isChanged: true });
    expect(at.asked()).toEqual([get, list, create, put]);
    expect(at.sent("POST")).toEqual([{ name: "default", driver: "dir", config: {} }]);

    await using other = await stage(empty);
    const config = { "rsync.bwlimit": "2MB" };
    await other.server.ensureDefaultStorage("default", { driver: "dir", config });
    expect(other.sent("POST")).toEqual([{ name: "default", driver: "dir", config }]);
    await using last = await stage(empty);
    const unknown = last.server.ensureDefaultStorage("default", { driver: "tape" });
    await expect(unknown).rejects.toMatchObject({ code: "POOL_NOT_CREATED" });
  });

  test("row 9: the list fails", async () => {
    await using at = await stage(empty);
    at.fake.failRequest({ path: "/1.0/storage-pools", status: 500, error: "bad" });
    await expect(at.server.ensureDefaultStorage()).rejects.toMatchObject({ serverMessage: "bad" });
    expect(at.asked()).toEqual([get, list]);
  });

  test("row 10: the pool cannot be made, and nobody else made one", async () => {
    await using at = await stage(empty);
    at.fake.failRequest({ method: "POST", path: "/1.0/storage-pools", status: 500, error: "no space left" });
    await expect(at.server.ensureDefaultStorage()).rejects.toMatchObject({
      code: "POOL_NOT_CREATED",
      message: expect.stringContaining("no space left"),
    });
    expect(at.asked()).toEqual([get, list, create, list]);
  });

  test("row 11: overtaken once, it reads again; for ever, it gives up", async () => {
    await using at = await stage(withPools("default"));
    at.fake.failRequest({ method: "PUT", path: "/1.0/profiles/default", status: 412, error: "Precondition failed" });
    expect(await at.server.ensureDefaultStorage()).toMatchObject({ isChanged: true });
    expect(at.asked()).toEqual([get, list, put, get, put]);
    await at.server.client.profiles.update("default", { devices: {} });
    at.fake.failRequest({ method: "PUT", every: 1, status: 412, error: "Precondition failed" });
    await expect(at.server.ensureDefaultStorage()).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
  });

  // The original overwrites the other device.
  test("row 12: a name that another disk has is left to it", async () => {
    const other = { type: "disk", path: "/mnt", source: "/srv" };
    const devices = { root: other, root0: { ...other, path: "/opt" } };
    const profile = withProfile({ name: "default", config: { "user.a": "1" }, devices });
    await using at = await stage({ ...empty, setup: [withPool({ name: "default" }), profile] });
    expect(await at.server.ensureDefaultStorage()).toEqual({ device: "root1", pool: "default", isChanged: true });
    expect((await at.server.client.profiles.get("default")).value).toMatchObject({
      config: { "user.a": "1" },
      devices: { ...devices, root1: disk("default") },
    });
  });

  test("several at once on an empty server all succeed, with one pool and one root disk", async () => {
    await using at = await stage(empty);
    const outcomes = await Promise.all([1, 2, 3].map(() => at.server.ensureDefaultStorage()));
    expect(outcomes.map(({ device, pool }) => `${device} ${pool}`)).toEqual(Array<string>(3).fill("root default"));
    expect(outcomes.filter(({ isChanged }) => isChanged)).toHaveLength(1);
    expect((await at.server.client.profiles.get("default")).value.devices).toEqual({ root: disk("default") });
  });

  // The fake makes pools at once unless it is a cluster, so a cluster stands in for a server alone here.
  test("a pool that somebody else is just making is waited for", async () => {
    await using at = await stage({ ...empty, members: ["m1", "m2"] });
    const { client, info } = at.server;
    const pool = { name: "default", driver: "dir" };
    await client.storagePools.create(pool, { target: "m1" });
    const host = { client, edits: createTurns(), facts: { ...serverFacts(info), isClustered: false } };
    const ensured = ensureDefaultStorage(host, "default");
    await client.storagePools.create(pool, { target: "m2" });
    await client.storagePools.create(pool);
    expect(await ensured).toEqual({ device: "root", pool: "default", isChanged: true });

    await client.profiles.update("default", { devices: {} });
    await client.storagePools.delete("default");
    await client.storagePools.create(pool, { target: "m1" });
    const controller = new AbortController();
    const given = ensureDefaultStorage(host, "default", { signal: controller.signal });
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(given).rejects.toBe(reason);
  });

  test("a creation whose answer is lost is seen by the next look", async () => {
    await using at = await stage(empty);
    at.fake.failRequest({ method: "POST", status: 500, error: "lost", when: "after" });
    expect(await at.server.ensureDefaultStorage()).toMatchObject({ pool: "default", isChanged: true });
  });

  test("in a cluster a pool is made on all members", async () => {
    await using at = await stage({ ...empty, members: ["m1", "m2"] });
    await at.server.createPool("fast", "dir", { "rsync.bwlimit": "1MB" });
    const posts = at.fake.requests.filter(({ method, path }) => method === "POST" && path === "/1.0/storage-pools");
    expect(posts.map(({ query }) => query["target"])).toEqual(["m1", "m2", undefined]);
    expect(posts.map(({ body }) => (body as { config: object }).config)).toEqual([{}, {}, { "rsync.bwlimit": "1MB" }]);
    expect(await at.server.requireUsablePool("fast", { target: "m2" })).toMatchObject({ status: "Created" });
  });

  test("on one member of a cluster a pool is announced there alone", async () => {
    await using at = await stage({ ...empty, members: ["m1", "m2"] });
    const member = await at.server.useTargetServer("m2");
    await member.createPool("fast", "dir");
    const posts = at.fake.requests.filter(({ method }) => method === "POST");
    expect(posts.map(({ query }) => query["target"])).toEqual(["m2"]);
    await expect(at.server.requireUsablePool("fast", { target: "m2" })).rejects.toMatchObject({
      code: "POOL_NOT_READY",
    });
  });

  test("in a cluster, what was announced for nothing is taken back, and pools that are not ready are not used", async () => {
    await using at = await stage({ ...empty, members: ["m1", "m2"] });
    const { storagePools } = at.server.client;
    at.fake.failRequest({ method: "POST", path: "/1.0/storage-pools", nth: 2, status: 500, error: "no space left" });
    await expect(at.server.createPool("fast", "dir")).rejects.toMatchObject({ code: "POOL_NOT_CREATED" });
    expect(await storagePools.list()).toEqual([]);
    await storagePools.create({ name: "default", driver: "dir" }, { target: "m1" });
    await expect(at.server.ensureDefaultStorage()).rejects.toMatchObject({
      code: "POOL_NOT_READY",
      message: "no storage pool can be used: default is Pending",
    });
    await at.server.createPool("other", "dir");
    expect(await at.server.ensureDefaultStorage()).toMatchObject({ pool: "other" });
  });
});
