import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openServer, type Server } from "../server.ts";

describeOnServers("a cluster of three members", ({ flavour }) => {
  let bed: Testbed;
  let server: Server;

  beforeAll(async () => {
    bed = await openTestbed({ flavour, members: 3 });
    server = await openServer(connectUnix({ socketPath: bed.socketPath }));
  });
  afterAll(async () => {
    await server.close();
    await bed.close();
  });

  /** A second reading, by the server's own program on another member. */
  const placesOf = async (): Promise<Record<string, string>> => {
    const program = flavour === "lxd" ? "lxc" : "incus";
    const { stdout } = await bed.run([program, "list", "--format", "json"], { member: "m3" });
    const listed = JSON.parse(stdout) as { name: string; location: string }[];
    return Object.fromEntries(listed.map(({ name, location }) => [name, location]));
  };

  test("containers are placed by target, on a member that is used as a server, and by least load", async () => {
    const second = await server.useTargetServer("m2");
    expect(second.info.environment?.server_name).toBe("m2");
    const image = await second.findImageByAlias("tiny");
    const { addresses } = await second.createContainer({ name: "on-m2", image }, { waitFor: "address" });
    expect(addresses[0]?.family).toBe("ipv4");
    await server.createContainer({ name: "on-m3", image, target: "m3" });
    expect((await server.clusterMembers()).map(({ member, instances }) => [member.server_name, instances])).toEqual([
      ["m1", 0],
      ["m2", 1],
      ["m3", 1],
    ]);
    for (const { memory, failure } of await server.clusterMembers()) {
      expect(memory).toBeGreaterThan(2 ** 30);
      expect(failure).toBeUndefined();
    }
    const target = await server.chooseMember();
    expect(target).toBe("m1");
    await server.createContainer({ name: "on-least", image, target });
    expect(await placesOf()).toEqual({ "on-m2": "m2", "on-m3": "m3", "on-least": "m1" });
    // Waits, changes and removals reach it from everywhere.
    await second.removeContainer("on-least", { force: true });
    expect(await server.chooseMember({ exclude: ["m1"] })).toBe("m2");
    await expect(server.useTargetServer("m9")).rejects.toMatchObject({
      code: "MEMBER_NOT_FOUND",
      message: expect.stringContaining("m9"),
    });
  });

  test("launches that choose at the same time spread over the members", async () => {
    const image = await server.findImageByAlias("tiny");
    const names = Array.from({ length: 6 }, (_, at) => `spread-${String(at)}`);
    const launched = names.map(async (name) => {
      const target = await server.chooseMember();
      await server.createContainer({ name, image, target });
    });
    await Promise.all(launched);
    const places = Object.values(await placesOf());
    // There was one on m2 and one on m3 before.
    const counts = ["m1", "m2", "m3"].map((member) => places.filter((place) => place === member).length);
    expect(counts.reduce((a, b) => a + b)).toBe(8);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    await server.removeContainers(names, { force: true });
  }, 120_000);

  test("a group is a choice of members, for the helper and for the server's own scheduler", async () => {
    await server.client.cluster.groups.create({ name: "g1", members: ["m3"] });
    expect(await server.chooseMember({ group: "g1" })).toBe("m3");
    const image = await server.findImageByAlias("tiny");
    await server.createContainer({ name: "in-group", image, target: "@g1" });
    expect(await placesOf()).toMatchObject({ "in-group": "m3" });
    await expect(server.chooseMember({ group: "g1", exclude: ["m3"] })).rejects.toMatchObject({ code: "NO_MEMBER" });
  });

  test("one member is killed: lists answer, launches go elsewhere, errors name the member", async () => {
    const image = await server.findImageByAlias("tiny");
    await bed.killMember({ member: "m2" });
    // Before the cluster has noticed.
    await expect(server.chooseMember({ among: ["m2"] })).rejects.toMatchObject({
      code: "NO_MEMBER",
      message: expect.stringContaining("m2 "),
    });
    expect((await server.listInstances()).map(({ name }) => name)).toEqual(["in-group", "on-m2", "on-m3"]);
    const target = await server.chooseMember();
    expect(target).toBe("m1");
    await server.createContainer({ name: "elsewhere", image, target }, { waitFor: "address" });
    await expect(server.useTargetServer("m2")).rejects.toMatchObject({
      code: "MEMBER_UNREACHABLE",
      message: expect.stringMatching(/^cannot use the member m2: /),
    });
    await expect(server.createContainer({ name: "nowhere", image, target: "m2" })).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
      message: expect.stringMatching(/^cannot create nowhere on m2: /),
    });
    expect((await server.listInstances()).map(({ name }) => name)).not.toContain("nowhere");
    await expect(server.waitForStatus("on-m2", "Frozen", { timeoutMs: 3_000 })).rejects.toMatchObject({
      code: "STATUS_TIMEOUT",
    });

    // And after it has.
    const status = async (): Promise<string | undefined> =>
      (await server.clusterMembers()).find(({ member }) => member.server_name === "m2")?.member.status;
    await expect.poll(status, { timeout: 60_000, interval: 1_000 }).toBe("Offline");
    expect(await server.chooseMember()).toBe("m1");
    expect((await server.listInstances()).map(({ name }) => name)).toContain("on-m2");
    await server.createContainer({ name: "later", image });
    expect((await placesOf())["later"]).not.toBe("m2");

    await bed.startMember({ member: "m2" });
    await expect.poll(status, { timeout: 60_000, interval: 1_000 }).toBe("Online");
    // It is said to be online a moment before it answers.
    const nameOf = async (): Promise<string | undefined> =>
      (await server.useTargetServer("m2")).info.environment?.server_name;
    await vi.waitFor(async () => expect(await nameOf()).toBe("m2"), { timeout: 60_000, interval: 500 });
  }, 240_000);
});
