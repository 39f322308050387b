import type { StorageVolumeSource } from "@lxdkit/protocol";
import { openTestbed, type Testbed, type TestbedMember } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { type Connection, connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "../client.ts";
import type { OperationHandle } from "../operation-handle.ts";

/** The source of a volume that a member offers. */
function pull({ operation }: OperationHandle, member: TestbedMember | undefined): StorageVolumeSource {
  return {
    type: "migration",
    mode: "pull",
    operation: `${member?.httpsUrl ?? ""}/1.0/operations/${operation?.id ?? ""}`,
    secrets: operation?.metadata as Record<string, string>,
    certificate: member?.serverCertificate ?? "",
  };
}

describeOnServers("targets in a cluster of three members", ({ flavour }) => {
  const members = ["m1", "m2", "m3"];
  const inAnyOrder: unknown = expect.arrayContaining(members);
  let bed: Testbed;
  let connection: Connection;
  let client: Client;

  /** A second reading, by the server's own program. */
  const query = async (path: string): Promise<unknown> => {
    const { stdout } = await bed.run([flavour === "lxd" ? "lxc" : "incus", "query", path]);
    return JSON.parse(stdout);
  };

  beforeAll(async () => {
    bed = await openTestbed({ flavour, members: 3 });
    connection = connectUnix({ socketPath: bed.socketPath });
    client = createClient(connection);
  });
  afterAll(async () => {
    client.events.close();
    await connection.close();
    await bed.close();
  });

  test("a network is made once on each member and then on all", async () => {
    const { networks } = client;
    for (const target of members) await networks.create({ name: "net1", type: "bridge" }, { target });
    expect(await query("/1.0/networks/net1")).toMatchObject({ status: "Pending", locations: inAnyOrder });
    await networks.create({ name: "net1", config: { "ipv4.address": "10.199.1.1/24", "ipv6.address": "none" } });
    expect(await query("/1.0/networks/net1")).toMatchObject({ status: "Created", locations: inAnyOrder });

    const forward = { listen_address: "192.0.2.9", config: { target_address: "10.199.1.9" } };
    await networks.forwards.create("net1", forward, { target: "m2" });
    const { value } = await networks.forwards.get("net1", "192.0.2.9", { target: "m2" });
    expect(value).toMatchObject({ ...forward, location: "m2" });
    await networks.forwards.delete("net1", "192.0.2.9", { target: "m2" });

    expect((await networks.state("net1", { target: "m3" })).addresses[0]?.address).toBe("10.199.1.1");
    await networks.delete("net1");
    await expect(networks.get("net1")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a pool is made once on each member and then on all, and only a target tells where", async () => {
    const { storagePools } = client;
    for (const target of members) await storagePools.create({ name: "pool1", driver: "dir" }, { target });
    expect(await query("/1.0/storage-pools/pool1")).toMatchObject({ status: "Pending", locations: inAnyOrder });
    await storagePools.create({ name: "pool1", driver: "dir" });
    expect(await query("/1.0/storage-pools/pool1")).toMatchObject({ status: "Created", locations: inAnyOrder });
    expect((await storagePools.get("pool1")).value.config).not.toHaveProperty("source");
    const { value } = await storagePools.get("pool1", { target: "m2" });
    expect(value.config["source"]).toBe(`${bed.members[1]?.directory ?? ""}/storage-pools/pool1`);
    expect(await query("/1.0/storage-pools/pool1?target=m2")).toMatchObject({ config: value.config });
    expect((await storagePools.resources("pool1", { target: "m2" })).space.total).toBeGreaterThan(0);

    const { volumes } = storagePools;
    const volume = { pool: "pool1", name: "v1" };
    await volumes.create("pool1", { name: "v1" }, { target: "m2" });
    expect((await volumes.get(volume, { target: "m2" })).value.location).toBe("m2");
    await expect(volumes.get(volume, { target: "m3" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    const offer = await volumes.migrate(volume, {}, { target: "m2" });
    const arrival = await volumes.createFrom(
      "pool1",
      { name: "v2", source: pull(offer, bed.members[1]) },
      { target: "m3" },
    );
    await Promise.all([offer.wait(), arrival.wait()]);
    expect(await query("/1.0/storage-pools/pool1/volumes/custom/v2?target=m3")).toMatchObject({ location: "m3" });
    expect((await volumes.list("pool1", { target: "m3" })).map(({ name }) => name)).toEqual(["v2"]);

    await volumes.delete({ pool: "pool1", name: "v2" }, { target: "m3" });
    await client.in({ target: "m2" }).storagePools.volumes.delete(volume);
    await storagePools.delete("pool1");
    await expect(storagePools.get("pool1")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
