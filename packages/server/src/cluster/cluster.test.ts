import { type FakeServer, startFakeServer, withClusterGroup, withInstance, withProject } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

const members = ["m1", "m2", "m3"];

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  const open = async (options: Parameters<typeof startFakeServer>[0] = {}): Promise<void> => {
    fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }], ...options });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  };
  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const locations = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await server.client.instances.list()).map(({ name, location }) => [name, location]));

  test("a target server is a new one whose requests carry the target; it fails for an unknown member (row 24)", async () => {
    await open({ members });
    const from = fake.requests.length;
    const second = await server.useTargetServer("m2");
    expect(second.info.environment?.server_name).toBe("m2");
    expect(server.info.environment?.server_name).toBe("m1");
    expect(fake.requests.slice(from).map(({ path, query }) => [path, query["target"]])).toEqual([["/1.0", "m2"]]);
    const image = await second.findImageByAlias("tiny");
    await second.createContainer({ name: "there", image });
    await server.createContainer({ name: "named", image, target: "m3" });
    expect(await locations()).toEqual({ there: "m2", named: "m3" });
    const made = fake.requests.slice(from).filter(({ method }) => method === "POST");
    expect(made.map(({ query }) => query["target"])).toEqual(["m2", "m3"]);
    await expect(server.useTargetServer("m9")).rejects.toMatchObject({
      code: "MEMBER_NOT_FOUND",
      message: expect.stringContaining("m9"),
      cause: { status: 404 },
    });
    await second.close();
    expect(await server.listInstances()).toHaveLength(2);
  });

  test("one loop serves the waits for all members", async () => {
    const setup = members.map((member) => withInstance({ name: `on-${member}`, member, status: "Running" }));
    await open({ members, setup });
    const targeted = await Promise.all(members.map((member) => server.useTargetServer(member)));
    const from = fake.requests.length;
    await Promise.all(targeted.map((one, at) => one.waitForAddress(`on-${members[at] ?? ""}`)));
    const readings = fake.requests.slice(from).filter(({ method, path }) => method === "GET" && path !== "/1.0/events");
    expect(readings.map(({ path, query }) => [path, query["recursion"]])).toEqual([["/1.0/instances", "2"]]);
  });

  test("a project is used without a request, and later ones carry it", async () => {
    await open({ setup: [withProject({ name: "p1", config: { "features.images": "false" } })] });
    const from = fake.requests.length;
    const other = server.useProject("p1");
    expect(fake.requests).toHaveLength(from);
    expect(await other.listInstances()).toEqual([]);
    expect(fake.requests.slice(from).map(({ query }) => query["project"])).toEqual(["p1"]);
  });

  test("members are told with their load, and the least loaded one is chosen", async () => {
    const setup = [
      withInstance({ name: "a", member: "m1" }),
      withInstance({ name: "b", member: "m1" }),
      withInstance({ name: "c", member: "m3" }),
      withClusterGroup({ name: "g1", members: ["m1", "m3"] }),
    ];
    await open({ members, setup });
    const told = await server.clusterMembers();
    expect(told.map(({ member, instances }) => [member.server_name, instances])).toEqual([
      ["m1", 2],
      ["m2", 0],
      ["m3", 1],
    ]);
    for (const { memory, failure } of told) {
      expect(memory).toBeGreaterThan(0);
      expect(failure).toBeUndefined();
    }
    expect(await server.chooseMember()).toBe("m2");
    expect(await server.chooseMember({ exclude: ["m2"] })).toBe("m3");
    expect(await server.chooseMember({ among: ["m1"] })).toBe("m1");
    expect(await server.chooseMember({ group: "g1" })).toBe("m3");
    await expect(server.chooseMember({ architecture: "arm64" })).rejects.toMatchObject({
      code: "NO_MEMBER",
      message: "no member of the cluster can take an instance: m1 is x86_64; m2 is x86_64; m3 is x86_64",
    });
  });

  test("those who choose at the same time get different members, until their instances are there", async () => {
    let now = 0;
    fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }], members });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }), { now: () => now });
    const choose = (count: number): Promise<string[]> =>
      Promise.all(Array.from({ length: count }, () => server.chooseMember()));
    const targets = await choose(9);
    expect(targets.toSorted()).toEqual(members.flatMap((member) => [member, member, member]));
    const image = await server.findImageByAlias("tiny");
    await Promise.all(targets.map((target, at) => server.createContainer({ name: `c${String(at)}`, image, target })));
    expect(Object.values(await locations()).toSorted()).toEqual(targets.toSorted());

    // An instance that is there is not counted twice, and one that could not be made is not counted.
    expect(await server.chooseMember({ among: ["m1", "m2"] })).toBe("m1");
    expect(await server.chooseMember({ among: ["m1", "m2"] })).toBe("m2");
    const other = await server.useTargetServer("m1");
    await expect(other.createContainer({ name: "c0", image })).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(await server.useProject("default").chooseMember()).toBe("m3");
    fake.failRequest({ method: "POST", path: "/1.0/instances", status: 500, error: "no" });
    await expect(server.createContainer({ name: "c9", image, target: "m3" })).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
    });
    expect(await server.chooseMember()).toBe("m3");

    // Choices that nothing came of.
    now += 60_000;
    await server.removeContainer("c0", { force: true });
    expect(await server.chooseMember()).toBe(targets[0] ?? "");
  });

  test("a member that is offline, or does not answer yet counts as online, is passed over and named", async () => {
    await open({ members });
    await fake.takeOffline("m2");
    const told = await server.clusterMembers();
    expect(told.map(({ member }) => member.status)).toEqual(["Online", "Offline", "Online"]);
    expect(["m1", "m3"]).toContain(await server.chooseMember());
    await expect(server.useTargetServer("m2")).rejects.toMatchObject({
      code: "MEMBER_UNREACHABLE",
      message: expect.stringMatching(/^cannot use the member m2: /),
    });
    const path = flavour === "lxd" ? "/1.0/resources" : /\/members\/m3\/state$/;
    fake.failRequest({ path, where: ({ query }) => (query["target"] ?? "m3") === "m3", status: 500, error: "no" });
    expect(await server.chooseMember()).toBe("m1");
    fake.failRequest({ path, where: ({ query }) => (query["target"] ?? "m3") === "m3", status: 500, error: "no" });
    await expect(server.chooseMember({ exclude: ["m1"] })).rejects.toMatchObject({
      code: "NO_MEMBER",
      message: "no member of the cluster can take an instance: m1 is excluded; m2 is Offline; m3 does not answer",
    });
    const image = await server.findImageByAlias("tiny");
    await expect(server.createContainer({ name: "c1", image, target: "m2" })).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
      message: expect.stringMatching(/^cannot create c1 on m2: /),
    });
  });

  test("a server alone has no members", async () => {
    await open();
    await expect(server.clusterMembers()).rejects.toMatchObject({ code: "NOT_CLUSTERED" });
    await expect(server.chooseMember()).rejects.toMatchObject({ code: "NOT_CLUSTERED" });
  });
});
