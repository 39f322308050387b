import type { Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import type { Server } from "@lxdkit/server";
import { afterAll, beforeAll, test } from "vitest";
import { parse } from "yaml";
import { applyPreseed, planPreseedFor } from "./apply-preseed.ts";
import { dumpPreseed } from "./dump-preseed.ts";
import { formatPreseed } from "./format-preseed.ts";
import { type FreshPair, openFreshPair } from "./fresh-pair.test-support.ts";
import { stateOf } from "./preseed.test-support.ts";

const preseeds = {
  "a btrfs pool with a size, a second bridge and a server key": `
config:
  images.auto_update_interval: 15
storage_pools:
- {name: default, driver: dir}
- name: fast
  driver: btrfs
  config: {size: 300MiB}
networks:
- {name: prebr0, type: bridge, config: {ipv4.address: 10.77.1.1/24, ipv6.address: none}}
- {name: prebr1, description: drawn, config: {ipv6.address: none}}
profiles:
- name: default
  devices:
    root: {type: disk, path: /, pool: default}
    eth0: {type: nic, name: eth0, network: prebr0}
`,
  "a project with its own profile and network": `
projects:
- name: shop
  description: of its own
  config: {features.networks: false, features.profiles: true}
networks:
- {name: prebr2, project: default, config: {ipv4.address: 10.77.2.1/24, ipv6.address: none}}
profiles:
- name: small
  description: a small one
  config: {limits.cpu: 2, boot.autostart: true}
  devices:
    eth0: {type: nic, name: eth0, network: prebr2}
`,
  "changes to existing objects": `
config:
  images.auto_update_interval: ""
  user.place: here
storage_pools:
- {name: fast, driver: btrfs, description: on a loop device}
networks:
- {name: prebr0, config: {ipv4.dhcp.ranges: 10.77.1.10-10.77.1.20}}
projects:
- {name: shop, config: {limits.containers: 3}}
profiles:
- name: default
  devices:
    eth0: {security.mac_filtering: true}
    root: {size: 100MiB}
- {name: small, config: {limits.cpu: "", limits.memory: 64MiB}}
`,
};

describeOnServers("preseeds on a", ({ flavour }) => {
  const init = flavour === "lxd" ? ["lxd", "init"] : ["incus", "admin", "init"];
  let pair: FreshPair;
  let ours: Testbed;
  let theirs: Testbed;
  let server: Server;
  let other: Server;

  beforeAll(async () => {
    pair = await openFreshPair(flavour);
    ({ ours, theirs, server, other } = pair);
  });

  afterAll(() => pair[Symbol.asyncDispose]());

  test.for(Object.entries(preseeds))("%s: as the real program leaves it", async ([, text], { expect }) => {
    await theirs.run([...init, "--preseed"], { input: text });
    const { changed } = await applyPreseed(server, text);
    expect(changed.length).toBeGreaterThan(0);
    const state = await stateOf(server, ours.directory);
    expect(state).toEqual(await stateOf(other, theirs.directory));
    expect(await planPreseedFor(server, text)).toEqual([]);
    const before = await server.client.networks.list();
    expect((await applyPreseed(server, text)).changed).toEqual([]);
    expect(await server.client.networks.list()).toEqual(before);
  });

  // LXD does not know this key.
  const volumes = "storage_volumes: [{name: data, pool: default, description: mine, config: {user.a: 1}}]\n";
  test.for(flavour === "incus" ? [volumes] : [])("%s as the real program leaves it", async (text, { expect }) => {
    await theirs.run([...init, "--preseed"], { input: text });
    expect((await applyPreseed(server, text)).changed.map(({ id }) => id)).toEqual(["storage volume data"]);
    const volumesOf = async (one: Server): Promise<unknown> =>
      (await one.client.storagePools.volumes.list("default"))
        .filter(({ type }) => type === "custom")
        .map(({ name, description, config, content_type }) => ({ name, description, config, content_type }));
    expect(await volumesOf(server)).toEqual(await volumesOf(other));
    expect(await planPreseedFor(server, text)).toEqual([]);
  });

  test("an unknown key is refused with its line, and nothing is changed", async ({ expect }) => {
    const text = "config: {user.new: 1}\nnetworks:\n- name: prebr9\n  colour: red\n";
    const before = await stateOf(server, ours.directory);
    await expect(applyPreseed(server, text)).rejects.toMatchObject({
      code: "BAD_PRESEED",
      problems: [{ key: "networks[0].colour", line: 4, text: "this key is not known" }],
    });
    expect(await stateOf(server, ours.directory)).toEqual(before);
    expect(await theirs.run([...init, "--preseed"], { input: text, allowFailure: true })).toMatchObject({
      exitCode: 1,
    });
  });

  test("one that fails in the middle leaves nothing, where the real program leaves something", async ({ expect }) => {
    const text = `
config: {user.new: 1}
storage_pools: [{name: extra, driver: dir}]
networks: [{name: prebr8, config: {ipv4.address: 10.77.8.1/24, ipv6.address: none}}]
profiles:
- {name: default, config: {limits.cpu: 3}}
- {name: bad, devices: {a: {type: nosuch}}}
`;
    const before = await stateOf(server, ours.directory);
    await expect(applyPreseed(server, text)).rejects.toMatchObject({
      code: "STEP_FAILED",
      failed: { id: "profile bad" },
      undone: ["profile default", "network prebr8", "storage pool extra", "server config"].map((id) => ({ id })),
      notUndone: [],
      done: [],
      notDone: [],
    });
    expect(await stateOf(server, ours.directory)).toEqual(before);
    const { exitCode } = await theirs.run([...init, "--preseed"], { input: text, allowFailure: true });
    expect(exitCode).toBe(1);
    expect(await stateOf(other, theirs.directory)).not.toEqual(before);
  });

  test("our dump says what theirs does, and each reads the other's", async ({ expect }) => {
    const { stdout } = await ours.run([...init, "--dump"]);
    const dump = await dumpPreseed(server);
    expect(dump).toEqual(parse(stdout));
    expect(await planPreseedFor(server, stdout)).toEqual([]);
    const before = await stateOf(server, ours.directory);
    await ours.run([...init, "--preseed"], { input: formatPreseed(dump) });
    expect(await stateOf(server, ours.directory)).toEqual(before);
  });
});
