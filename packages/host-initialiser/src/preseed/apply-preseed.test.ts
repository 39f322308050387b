import { startFakeServer, withNetwork, withPool } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { applyPreseed, planPreseedFor } from "./apply-preseed.ts";
import { dumpPreseed } from "./dump-preseed.ts";
import { openAt, stateOf, writesOf } from "./preseed.test-support.ts";

const preseed = `
config: {images.auto_update_interval: 12}
storage_pools: [{name: default, driver: dir}]
networks: [{name: br0, config: {ipv4.address: auto, ipv6.address: none}}]
projects: [{name: p1, config: {features.networks: false}}]
profiles:
- name: default
  devices: {root: {type: disk, path: /, pool: default}}
- name: small
  config: {limits.cpu: 2}
`;
const failing = `${preseed}- {name: bad, devices: {a: {type: nosuch}}}\n`;

describe.each(["lxd", "incus"] as const)("a fake %s", (flavour) => {
  test("gets what it lacks in the order of lxd init, and nothing the second time", async () => {
    await using fake = await startFakeServer({ flavour, initialised: false });
    await using server = await openAt(fake.socketPath);
    expect((await applyPreseed(server, preseed)).changed.map(({ id }) => id)).toEqual([
      "server config",
      "storage pool default",
      "network br0",
      "project p1",
      "profile default",
      "profile small",
    ]);
    const writes = writesOf(fake);
    expect(writes).toEqual([
      "PUT /1.0",
      "POST /1.0/storage-pools",
      "POST /1.0/networks",
      "POST /1.0/projects",
      "PUT /1.0/profiles/default",
      "POST /1.0/profiles",
    ]);
    expect(await applyPreseed(server, preseed)).toEqual({ changed: [], unchanged: [] });
    expect(writesOf(fake)).toEqual(writes);
    expect(await planPreseedFor(server, await dumpPreseed(server))).toEqual([]);
  });

  test("that refuses one thing is left as it was", async () => {
    await using fake = await startFakeServer({ flavour, initialised: false });
    await using server = await openAt(fake.socketPath);
    const before = await stateOf(server, fake.directory);
    const reports: string[] = [];
    const applying = applyPreseed(server, failing, {
      onProgress: ({ step, state }) => void reports.push(`${step.id} ${state}`),
    });
    await expect(applying).rejects.toMatchObject({ code: "STEP_FAILED", failed: { id: "profile bad" }, notUndone: [] });
    expect(reports.slice(-4)).toEqual([
      "storage pool default undoing",
      "storage pool default undone",
      "server config undoing",
      "server config undone",
    ]);
    expect(await stateOf(server, fake.directory)).toEqual(before);
  });

  test("an abort takes back what was done and rejects with its reason", async () => {
    await using fake = await startFakeServer({ flavour, initialised: false });
    await using server = await openAt(fake.socketPath);
    const before = await stateOf(server, fake.directory);
    const controller = new AbortController();
    const reason = new Error("enough");
    const applying = applyPreseed(server, preseed, {
      signal: controller.signal,
      onProgress({ step, state }) {
        if (step.id === "network br0" && state === "done") controller.abort(reason);
      },
    });
    await expect(applying).rejects.toBe(reason);
    expect(await stateOf(server, fake.directory)).toEqual(before);
  });

  test.for([1, 2, 3, 4, 5, 6])("an answer that is lost is no failure: write %i", async (nth) => {
    await using fake = await startFakeServer({ flavour, initialised: false });
    await using server = await openAt(fake.socketPath);
    fake.dropConnection({ where: ({ method }) => method !== "GET", nth });
    const { changed } = await applyPreseed(server, preseed);
    expect(changed).toHaveLength(6);
    expect(await planPreseedFor(server, preseed)).toEqual([]);
  });

  test("somebody who does the same at the same time does no harm", async () => {
    await using fake = await startFakeServer({ flavour, initialised: false });
    await using one = await openAt(fake.socketPath);
    await using other = await openAt(fake.socketPath);
    await Promise.all([applyPreseed(one, preseed), applyPreseed(other, preseed)]);
    expect(await planPreseedFor(one, preseed)).toEqual([]);
  });

  test("what it cannot do is refused before anything is changed, with line and key", async () => {
    await using fake = await startFakeServer({
      flavour,
      setup: [withPool({ name: "p" }), withNetwork({ name: "n" })],
    });
    await using server = await openAt(fake.socketPath);
    const text = `
config: {user.a: 1}
storage_pools:
- name: p
  driver: btrfs
- name: q
  driver: nosuch
- name: r
networks:
- {name: n, type: macvlan}
- {name: sixteencharacter}
- {name: elsewhere, project: nosuch}
profiles: [{name: twice}, {name: twice}]
`;
    await expect(applyPreseed(server, text)).rejects.toMatchObject({
      code: "BAD_PRESEED",
      problems: [
        { key: "storage_pools[0].driver", line: 5 },
        { key: "storage_pools[1].driver", line: 7 },
        { key: "storage_pools[2].driver", line: 8 },
        { key: "networks[0].type", line: 10 },
        { key: "networks[1].name", line: 11 },
        { key: "networks[2].project", line: 12 },
        { key: "profiles[1].name", line: 13 },
      ],
    });
    expect(writesOf(fake)).toEqual([]);
  });

  test("a server becomes the first of a cluster, once", async () => {
    await using fake = await startFakeServer({ flavour, https: true });
    await using server = await openAt(fake.socketPath);
    const text = "cluster: {enabled: true, server_name: m1}";
    expect((await applyPreseed(server, text)).changed.map(({ id }) => id)).toEqual(["cluster"]);
    await using again = await openAt(fake.socketPath);
    expect(again.isClustered).toBe(true);
    expect(await planPreseedFor(again, text)).toEqual([]);
  });
});

test("LXD knows no project of a profile", async () => {
  await using fake = await startFakeServer({ flavour: "lxd" });
  await using server = await openAt(fake.socketPath);
  await expect(planPreseedFor(server, "profiles: [{name: a, project: default}]")).rejects.toMatchObject({
    problems: [{ key: "profiles[0].project", line: 1 }],
  });
});
