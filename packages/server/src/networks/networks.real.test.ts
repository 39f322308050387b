import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

describeOnServers("networks", (real) => {
  // Of its own: the default profile and bridge are changed here. It has neither pool nor network at first.
  let bed: Testbed;
  let server: Server;
  const bridge = real.flavour === "lxd" ? "lxdbr0" : "incusbr0";

  beforeAll(async () => {
    bed = await openTestbed({ flavour: real.flavour, initialised: false });
    server = await openServer(connectUnix({ socketPath: bed.socketPath }));
  });

  afterAll(async () => {
    await server?.close();
    await bed?.close();
  });

  const nicOn = (parent: string, nictype = "bridged") => ({ type: "nic", nictype, parent });

  test("an empty server gets a bridge and a NIC, however many ask at once", async () => {
    const verified = await Promise.all([1, 2, 3].map(() => server.verifyNetworkDevice()));
    expect(verified.map(({ device, network }) => `${device} ${network}`)).toEqual(
      Array<string>(3).fill(`eth0 ${bridge}`),
    );
    expect((await server.client.profiles.get("default")).value.devices).toEqual({ eth0: nicOn(bridge) });
    expect((await server.client.networks.get(bridge)).value).toMatchObject({
      managed: true,
      status: "Created",
      config: { "ipv4.nat": "true", "ipv6.address": "none", "ipv4.address": expect.stringMatching(/\.1\/24$/) },
    });
    expect(await server.verifyNetworkDevice()).toEqual({
      device: "eth0",
      network: bridge,
      isChanged: false,
      warnings: [],
    });
    expect(server.localBridgeName()).toBe(bridge);
  });

  test("with that and a root disk a container starts", async () => {
    await server.ensureDefaultStorage();
    const { metadata, rootfs } = bed.images.tiny;
    const program = real.flavour === "lxd" ? "lxc" : "incus";
    await bed.run([program, "image", "import", metadata, rootfs, "--alias", "tiny"]);
    const image = await server.findImageByAlias("tiny");
    const { addresses } = await server.createContainer({ name: "c1", image }, { waitFor: "address" });
    expect(addresses[0]).toMatchObject({ interface: "eth0", family: "ipv4" });
    await server.removeContainer("c1", { force: true });
  });

  test("bridges of the host, NICs of no kind, and NICs that do not suit", async () => {
    await bed.run(["ip", "link", "add", "br0", "type", "bridge"]);
    await bed.run(["ip", "link", "add", "end0", "type", "veth", "peer", "name", "end1"]);
    const { profiles } = server.client;
    await profiles.create({ name: "host", devices: { eth0: nicOn("br0") } });
    expect(await server.verifyNetworkDevice("host")).toMatchObject({ device: "eth0", network: "br0" });
    await profiles.update("host", {
      devices: { eth1: { type: "nic", network: bridge }, eth0: nicOn("end0", "physical") },
    });
    expect(await server.verifyNetworkDevice("host")).toMatchObject({ device: "eth1", network: bridge });
    await profiles.update("host", {
      devices: { eth0: nicOn("end0", "physical"), eth1: { type: "nic", nictype: "p2p" } },
    });
    await expect(server.verifyNetworkDevice("host")).rejects.toMatchObject({
      code: "NIC_UNSUITABLE",
      message: expect.stringMatching(/eth0: .*physical.*end0.*; eth1: it names no network/),
    });
    const accepting = await server.verifyNetworkDevice("host", { accepts: ["physical"] });
    expect(accepting).toMatchObject({ device: "eth0", network: "end0" });
    await profiles.update("host", { devices: { eth0: nicOn("end0", "macvlan") } });
    expect(await server.verifyNetworkDevice("host")).toMatchObject({ device: "eth0", network: "end0" });
    await profiles.update("host", { devices: { eth0: nicOn("nowhere0", "macvlan") } });
    await expect(server.verifyNetworkDevice("host")).rejects.toMatchObject({ code: "NETWORK_UNREAD" });
    await expect(server.verifyNetworkDevice("gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("a network of another name, with IPv6, for a profile whose eth0 is a disk", async () => {
    const config = { "ipv4.address": "none", "ipv6.address": "fd42:1:2:3::1/64" };
    await server.client.networks.create({ name: "six0", config });
    await server.client.profiles.create({
      name: "six",
      devices: { eth0: { type: "disk", path: "/mnt", source: "/tmp" } },
    });
    expect(await server.verifyNetworkDevice("six", { bridge: "six0" })).toEqual({
      device: "eth1",
      network: "six0",
      isChanged: true,
      warnings: ["the network six0 has IPv6"],
    });
  });

  test("a network without IPv4 gets it, once, and keeps the rest", async () => {
    const { networks } = server.client;
    await networks.create({ name: "four0", description: "mine", config: { "ipv4.address": "none", "user.a": "1" } });
    expect(await server.ensureIPv4("four0")).toBe(true);
    const { value } = await networks.get("four0");
    expect(value).toMatchObject({ description: "mine", config: { "ipv4.nat": "true", "user.a": "1" } });
    expect(value.config["ipv4.address"]).toMatch(/^\d+\.\d+\.\d+\.1\/24$/);
    expect(await server.ensureIPv4("four0")).toBe(false);
    const { "ipv4.address": _, ...config } = value.config;
    await networks.update("four0", { description: "mine", config });
    expect((await networks.get("four0")).value.config).not.toHaveProperty("ipv4.address");
    expect(await server.ensureIPv4("four0")).toBe(true);
    for (const name of ["lo", "gone"]) {
      await expect(server.ensureIPv4(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
  });

  test("the NICs of a profile get addresses that no instance has", async () => {
    const { instances, profiles } = server.client;
    const source = { type: "none" } as const;
    const hwaddr = "00:16:3E:01:01:01";
    await (await instances.create({ name: "told", source, devices: { eth0: { ...nicOn(bridge), hwaddr } } })).wait();
    // As servers give it; those of Incus begin otherwise.
    const config = { "volatile.eth0.hwaddr": "00:16:3e:02:02:02" };
    await (await instances.create({ name: "given", source, config })).wait();
    expect((await instances.get("given")).value.config).toMatchObject(config);
    const draws = ["010101", "020202", "030303"].map((text) => Buffer.from(text, "hex"));
    const random = (): Uint8Array => draws.shift() ?? new Uint8Array(3);
    expect(await server.getNICsFromProfile("default", { random })).toEqual({
      eth0: { ...nicOn(bridge), hwaddr: "00:16:3e:03:03:03" },
    });
    expect(draws).toEqual([]);
    expect((await profiles.get("default")).value.devices["eth0"]).toEqual(nicOn(bridge));
    for (const name of ["told", "given"]) await server.removeContainer(name, { force: true });
  });

  test("none is made in a cluster", { timeout: 120_000 }, async () => {
    await using cluster = await openTestbed({ flavour: real.flavour, members: 3 });
    await using member = await openServer(connectUnix({ socketPath: cluster.socketPath }));
    expect(await member.verifyNetworkDevice()).toMatchObject({ isChanged: false });
    await member.client.profiles.create({ name: "empty" });
    await expect(member.verifyNetworkDevice("empty")).rejects.toMatchObject({ code: "NIC_MISSING" });
    expect((await member.client.profiles.get("empty")).value.devices).toEqual({});
  });
});
