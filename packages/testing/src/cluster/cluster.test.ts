import type { Flavour, Instance } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { get, operationEnd, send, succeeds } from "../contract/raw-http.ts";
import { newPair, sendTls } from "../contract/raw-https.ts";
import { createManualClock } from "../core/clock.ts";
import { type FakeServer, startFakeServer } from "../fake-server.ts";
import { withInstance } from "../setup/with-instance.ts";
import { withCertificate } from "../setup/with-objects.ts";
import { targetOf } from "../fake-target.ts";

const members = ["a", "b", "c"];

async function metadata(fake: FakeServer, path: string): Promise<unknown> {
  return (await get(targetOf(fake), path)).metadata;
}

describe.each<Flavour>(["lxd", "incus"])("a cluster of the fake %s", (flavour) => {
  test("each member answers at its own address as itself", async () => {
    const pair = await newPair();
    await using fake = await startFakeServer({ flavour, members, setup: [withCertificate(pair)] });
    expect(fake.members.map(({ name }) => name)).toEqual(members);
    expect(fake.members[0]?.httpsUrl).toBe(fake.httpsUrl);
    for (const { name, httpsUrl } of fake.members) {
      const target = { ...targetOf(fake), httpsUrl };
      const answer = await sendTls(target, "GET", "/1.0", { pair });
      expect(answer.metadata).toMatchObject({ environment: { server_name: name, server_clustered: true } });
      const cluster = await sendTls(target, "GET", "/1.0/cluster", { pair });
      expect(cluster.metadata).toMatchObject({ server_name: name, enabled: true });
    }
  });

  test("a member that is offline cannot be reached, and neither can what it has", async () => {
    const clock = createManualClock();
    const setup = [withInstance({ name: "c1", member: "b" }), withInstance({ name: "c2" })];
    await using fake = await startFakeServer({ flavour, members, setup, clock });
    const target = targetOf(fake);
    await fake.takeOffline("b");
    expect(fake.members.map(({ isOnline }) => isOnline)).toEqual([true, false, true]);
    const message = "No heartbeat for 20s (2025-12-31 23:59:40.000000001 +0000 UTC)";
    expect(await metadata(fake, "/1.0/cluster/members/b")).toMatchObject({ status: "Offline", message });
    const silence =
      flavour === "lxd" ? "Missing event connection with target cluster member" : "Server isn't ready yet";
    for (const path of [
      "/1.0/instances/c1",
      "/1.0/instances/c1/state",
      "/1.0?target=b",
      "/1.0/storage-pools/default?target=b",
    ]) {
      expect(await get(target, path)).toMatchObject({ status: 500, error: silence });
    }
    expect(await metadata(fake, "/1.0/instances?recursion=1")).toMatchObject([
      { name: "c1", status: "Error", status_code: 112, config: null, location: "b" },
      { name: "c2", status: "Stopped", location: "a" },
    ]);
    const body = { name: "c3", source: { type: "none" } };
    const there = await send(target, "POST", "/1.0/instances?target=b", { body });
    expect(there.status).toBe(500);
    expect(there.error).toMatch(
      /^Post "https:\/\/127\.0\.0\.1:\d+\/1\.0\/instances\?project=default&target=b": dial tcp /,
    );
    const move = { name: "c2", migration: true };
    expect((await send(target, "POST", "/1.0/instances/c2?target=b", { body: move })).error).toBe(
      `Target ${flavour === "lxd" ? "node" : "cluster member"} is offline`,
    );
    await succeeds(target, await send(target, "POST", "/1.0/instances", { body }));
    expect(await metadata(fake, "/1.0/instances/c3")).toMatchObject({ location: "c" });
    expect(await metadata(fake, "/1.0/warnings?recursion=1")).toMatchObject([
      { type: "Offline cluster member", location: "a", status: "new" },
    ]);
    await fake.bringOnline("b");
    expect(await metadata(fake, "/1.0/instances/c1")).toMatchObject({ status: "Stopped", location: "b" });
    expect(await metadata(fake, "/1.0/warnings?recursion=1")).toMatchObject([{ status: "resolved" }]);
  });

  test("what all members do together fails while one is offline", async () => {
    await using fake = await startFakeServer({ flavour, members });
    const target = targetOf(fake);
    for (const member of members) {
      await send(target, "POST", `/1.0/storage-pools?target=${member}`, { body: { name: "p1", driver: "dir" } });
    }
    await fake.takeOffline("c");
    const body = { name: "p1", driver: "dir" };
    expect((await send(target, "POST", "/1.0/storage-pools", { body })).error).toMatch(/^peer node [\d.:]+ is down$/);
    expect(await metadata(fake, "/1.0/storage-pools/p1")).toMatchObject({ status: "Errored" });
    await fake.bringOnline("c");
    expect((await send(target, "POST", "/1.0/storage-pools", { body })).status).toBe(201);
    expect(await metadata(fake, "/1.0/storage-pools/p1")).toMatchObject({ status: "Created" });
  });

  test("the fake itself and strangers are not taken offline", async () => {
    await using fake = await startFakeServer({ flavour, members });
    await expect(fake.takeOffline("a")).rejects.toThrow("a is the fake itself: close or restart it instead");
    await expect(fake.takeOffline("x")).rejects.toThrow("x is no member of its cluster");
  });

  test("a member is removed when it is empty, and with all that it has by force", async () => {
    await using fake = await startFakeServer({ flavour, members, setup: [withInstance({ name: "c1", member: "b" })] });
    const target = targetOf(fake);
    const remove = (query: string): ReturnType<typeof send> => send(target, "DELETE", `/1.0/cluster/members/b${query}`);
    const kind = flavour === "lxd" ? "containers" : "instances";
    expect(await remove("")).toMatchObject({ status: 500, error: `Node still has the following ${kind}: c1` });
    expect((await remove("?force=1")).status).toBe(200);
    expect(await metadata(fake, "/1.0/instances")).toEqual([]);
    expect(await metadata(fake, "/1.0/storage-pools/default")).toMatchObject({ locations: ["a", "c"] });
    expect(await metadata(fake, "/1.0/cluster/members/c")).toMatchObject({ roles: [], database: false });
    expect(fake.members.map(({ name }) => name)).toEqual(["a", "c"]);
  });

  test("a cluster is saved and goes on in another fake, offline members too", async () => {
    const setup = [withInstance({ name: "c1", member: "b", status: "Running" })];
    const first = await startFakeServer({ flavour, members, setup });
    const target = targetOf(first);
    await send(target, "POST", "/1.0/cluster/groups", { body: { name: "g1", members: ["b"] } });
    await send(target, "POST", "/1.0/storage-pools/default/volumes/custom?target=b", { body: { name: "v1" } });
    await first.takeOffline("c");
    const state = JSON.parse(JSON.stringify(first.save())) as ReturnType<FakeServer["save"]>;
    const addresses = first.members;
    await first.close();
    await using second = await startFakeServer({ state });
    expect(second.members).toEqual(addresses);
    expect(await metadata(second, "/1.0/cluster/groups/g1")).toMatchObject({ members: ["b"] });
    expect(await metadata(second, "/1.0/instances/c1")).toMatchObject({ location: "b", status: "Running" });
    const volume = "/1.0/storage-pools/default/volumes/custom/v1";
    expect(await metadata(second, volume)).toMatchObject({ location: "b" });
    await second.restart();
    expect(second.members).toEqual(addresses);
  });

  test("a server that is alone becomes a cluster, with what it has, and forgets all when it leaves it", async () => {
    await using fake = await startFakeServer({ flavour, https: true, setup: [withInstance({ name: "c1" })] });
    const target = targetOf(fake);
    const enabled = await send(target, "PUT", "/1.0/cluster", { body: { enabled: true, server_name: "n1" } });
    const operation = await succeeds(target, enabled);
    expect(operation).toMatchObject({ description: "Creating bootstrap node", resources: { cluster: null } });
    const again = await send(target, "PUT", "/1.0/cluster", { body: { enabled: true, server_name: "n2" } });
    const failed = await operationEnd(target, again);
    expect(failed.err).toBe("Inconsistent state: found leftover cluster certificate");
    expect(await metadata(fake, "/1.0/cluster/members")).toEqual(["/1.0/cluster/members/n1"]);
    expect(((await metadata(fake, "/1.0/instances/c1")) as Instance).location).toBe("n1");
    expect(await metadata(fake, "/1.0/storage-pools/default")).toMatchObject({ config: {}, locations: ["n1"] });
    // Alone in its cluster it needs no announcement.
    expect((await send(target, "POST", "/1.0/networks", { body: { name: "br1" } })).status).toBe(201);
    expect((await send(target, "PUT", "/1.0/cluster", { body: { enabled: false } })).status).toBe(200);
    await expect.poll(() => metadata(fake, "/1.0/instances").catch(() => undefined)).toEqual([]);
    expect(await metadata(fake, "/1.0/cluster")).toEqual({ server_name: "", enabled: false, member_config: [] });
    expect(await metadata(fake, "/1.0/storage-pools")).toEqual([]);
  });

  test("a server without an address cannot be clustered, and none joins a cluster that it cannot reach", async () => {
    await using fake = await startFakeServer({ flavour });
    const target = targetOf(fake);
    const wildcard = 'Cannot use wildcard core.https_address "" for cluster.https_address';
    const alone = await send(target, "PUT", "/1.0/cluster", { body: { enabled: true, server_name: "n1" } });
    expect(alone).toMatchObject({ status: 500, error: expect.stringContaining(wildcard) as string });
    const body = {
      ...{ enabled: true, server_name: "n2", server_address: "127.0.0.1:1", cluster_address: "127.0.0.1:2" },
      cluster_certificate: await fake.certificate(),
    };
    const joined = await operationEnd(target, await send(target, "PUT", "/1.0/cluster", { body }));
    const verb = flavour === "lxd" ? "setup" : "update";
    expect(joined.err).toBe(
      `Failed to ${verb} cluster trust: Failed to connect to target cluster node "127.0.0.1:2": ` +
        'Get "https://127.0.0.1:2/1.0": Unable to connect to: 127.0.0.1:2 ' +
        "([dial tcp 127.0.0.1:2: connect: connection refused])",
    );
  });
});
