import { createClient } from "@lxdkit/client";
import type { Devices, Network } from "@lxdkit/protocol";
import {
  createFakeHost,
  type FakeServer,
  type FakeServerOptions,
  type FakeSetup,
  startFakeServer,
  withNetwork,
  withProfile,
} from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { serverFacts } from "../configuration/server-facts.ts";
import { createTurns } from "../turns.ts";
import { openServer, type Server } from "../server.ts";
import { verifyNetworkDevice, type VerifyNetworkDeviceOptions } from "./verify-network-device.ts";

interface Stage extends AsyncDisposable {
  readonly fake: FakeServer;
  readonly server: Server;
  /** What was asked since the server was opened. */
  asked(): string[];
}

async function stage(options: FakeServerOptions): Promise<Stage> {
  const fake = await startFakeServer({ initialised: false, ...options });
  const server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  return {
    fake,
    server,
    asked: () => fake.requests.slice(1).map(({ method, path }) => `${method} ${path.replace("/1.0/", "")}`),
    async [Symbol.asyncDispose]() {
      await server.close();
      await fake.close();
    },
  };
}

const profile = (devices: Devices): FakeSetup => withProfile({ name: "default", devices });

/** Networks that the fake does not have: verifies a profile whose networks are given. */
async function verifyWith(
  devices: Devices,
  networks: Readonly<Record<string, Partial<Network>>>,
  options?: VerifyNetworkDeviceOptions,
): ReturnType<typeof verifyNetworkDevice> {
  await using fake = await startFakeServer({ setup: [profile(devices)] });
  const connection = connectUnix({ socketPath: fake.socketPath });
  const client = createClient(connection);
  const facts = serverFacts(await client.info());
  const missing = { description: "", type: "", managed: false, status: "", config: {}, used_by: [], locations: [] };
  const get = async (name: string): ReturnType<typeof client.networks.get> => ({
    value: { name, ...missing, ...networks[name] },
    etag: undefined,
  });
  try {
    const host = {
      client: { ...client, networks: { ...client.networks, get } },
      edits: createTurns(),
      facts,
      flavour: "lxd",
    } as const;
    return await verifyNetworkDevice(host, "default", options);
  } finally {
    await connection.close();
  }
}

// The numbers are those of the cases of networks.
describe("a profile with NICs", () => {
  const nic = { type: "nic" };
  const unmanaged = { type: "bridge" };
  const ovn = { type: "ovn", managed: true, status: "Created" };

  test("row 12: bridged on a bridge of the host", async () => {
    const devices = { eth0: { ...nic, nictype: "bridged", parent: "lxdbr0" } };
    const verified = await verifyWith(devices, { lxdbr0: unmanaged });
    expect(verified).toEqual({ device: "eth0", network: "lxdbr0", isChanged: false, warnings: [] });
  });

  test("row 13: of no kind, on a bridge", async () => {
    const verified = await verifyWith({ eth0: { ...nic, network: "lxdbr0" } }, { lxdbr0: unmanaged });
    expect(verified).toMatchObject({ device: "eth0", network: "lxdbr0" });
  });

  test("row 14: another kind on another network names the NIC and says why", async () => {
    const devices = { eth0: { ...nic, nictype: "p2p", parent: "x" } };
    await expect(verifyWith(devices, { x: { type: "physical" } })).rejects.toMatchObject({
      code: "NIC_UNSUITABLE",
      message: expect.stringMatching(/eth0: its kind is p2p or physical, and the network x is of the type physical/),
      hint: expect.stringContaining("accept p2p, physical expressly"),
    });
    expect(await verifyWith(devices, { x: { type: "physical" } }, { accepts: ["p2p"] })).toMatchObject({
      network: "x",
    });
  });

  // The oldest version of the original refuses it.
  test("row 15: a network with IPv6 is fine, and that is said", async () => {
    const config = { "ipv6.address": "2001:470:b368:4242::1/64" };
    const verified = await verifyWith({ eth0: { ...nic, network: "lxdbr0" } }, { lxdbr0: { ...unmanaged, config } });
    expect(verified).toMatchObject({ network: "lxdbr0", warnings: ["the network lxdbr0 has IPv6"] });
  });

  // Row 8 of the regressions.
  test("an OVN network is accepted when that is asked for, and otherwise named", async () => {
    const devices = { eth0: { ...nic, network: "ovn1" } };
    await expect(verifyWith(devices, { ovn1: ovn })).rejects.toMatchObject({
      code: "NIC_UNSUITABLE",
      message: expect.stringContaining("eth0: its kind is ovn, and the network ovn1 is of the type ovn"),
      hint: expect.stringContaining("accept ovn expressly"),
    });
    expect(await verifyWith(devices, { ovn1: ovn }, { accepts: ["ovn"] })).toMatchObject({ network: "ovn1" });
  });

  test("the first that suits by name is taken; of the others it is said why not", async () => {
    const devices = {
      eth2: { ...nic, network: "br2" },
      eth1: { ...nic, network: "br1" },
      eth0: { ...nic, network: "ovn1" },
      a: nic,
      disk: { type: "disk", path: "/" },
    };
    const networks = { ovn1: ovn, br1: unmanaged, br2: unmanaged };
    expect(await verifyWith(devices, networks)).toMatchObject({ device: "eth1", network: "br1" });
    const failed = { ...networks, br1: { ...unmanaged, managed: true, status: "Errored" }, br2: {} };
    const error: unknown = await verifyWith(devices, failed).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "NIC_UNSUITABLE" });
    const { message } = error as Error;
    for (const reason of [
      "a: it names no network",
      "eth0: its kind is ovn",
      "eth1: the network br1 is Errored",
      "eth2: the network br2 is of the type unknown",
    ]) {
      expect(message).toContain(reason);
    }
  });

  test("a kind without network is fine when it is asked for", async () => {
    const devices = { eth0: { ...nic, nictype: "routed", "ipv4.address": "10.1.1.1" } };
    await expect(verifyWith(devices, {})).rejects.toMatchObject({
      message: expect.stringContaining("eth0: it names no network, and its kind is routed"),
    });
    expect(await verifyWith(devices, {}, { accepts: ["routed"] })).toMatchObject({ device: "eth0", network: "" });
  });

  test("two NICs on one network are said", async () => {
    const devices = { eth0: { ...nic, network: "lxdbr0" }, eth1: { ...nic, nictype: "bridged", parent: "lxdbr0" } };
    const { warnings } = await verifyWith(devices, { lxdbr0: unmanaged });
    expect(warnings).toEqual([expect.stringContaining("eth0 and eth1 are all on lxdbr0")]);
  });
});

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const bridge = flavour === "lxd" ? "lxdbr0" : "incusbr0";
  const nic = { type: "nic", nictype: "bridged", parent: bridge };
  const networkGet = `GET networks/${bridge}`;

  test("row 16: without NIC and network, both are made; afterwards the bridge is known", async () => {
    await using at = await stage({ flavour });
    expect(at.server.localBridgeName()).toBe("");
    expect(await at.server.verifyNetworkDevice()).toEqual({
      device: "eth0",
      network: bridge,
      isChanged: true,
      warnings: [],
    });
    const [read, write] = ["GET profiles/default", "PUT profiles/default"];
    expect(at.asked()).toEqual([read, networkGet, "POST networks", networkGet, write]);
    expect(at.fake.requests.find(({ method }) => method === "POST")?.body).toEqual({
      name: bridge,
      type: "bridge",
      config: { "ipv4.address": "auto", "ipv4.nat": "true", "ipv6.address": "none", "ipv6.nat": "false" },
    });
    expect(at.fake.requests.at(-1)).toMatchObject({
      body: { devices: { eth0: nic } },
      headers: { "if-match": expect.stringMatching(/^"[0-9a-f]{64}"$/) },
    });
    expect(at.server.localBridgeName()).toBe(bridge);
    expect(await at.server.verifyNetworkDevice()).toMatchObject({ device: "eth0", isChanged: false });
  });

  test("row 17: a network that is there is used, also one of another name", async () => {
    const config = { "ipv6.address": "none" };
    const setup = [withNetwork({ name: bridge, config }), withNetwork({ name: "mine", config })];
    await using at = await stage({ flavour, setup: [...setup, withProfile({ name: "p" })] });
    expect(await at.server.verifyNetworkDevice()).toMatchObject({ network: bridge, isChanged: true, warnings: [] });
    expect(at.asked()).toEqual(["GET profiles/default", networkGet, "PUT profiles/default"]);
    expect(await at.server.verifyNetworkDevice("p", { bridge: "mine" })).toMatchObject({ network: "mine" });
    expect(at.server.localBridgeName()).toBe("mine");
  });

  test("row 18: none is made in a cluster", async () => {
    await using at = await stage({ flavour, members: ["m1", "m2"] });
    await expect(at.server.verifyNetworkDevice()).rejects.toMatchObject({
      code: "NIC_MISSING",
      message: "the profile default has no device of type nic",
    });
    expect(at.asked()).toEqual(["GET profiles/default"]);
    expect(at.server.localBridgeName()).toBe("");
  });

  test("row 19: nor without network API", async () => {
    await using at = await stage({ flavour, extensions: ["storage"] });
    await expect(at.server.verifyNetworkDevice()).rejects.toMatchObject({ code: "NIC_MISSING" });
    expect(at.asked()).toEqual(["GET profiles/default"]);
  });

  test("row 20: a name that another device has is left to it", async () => {
    const disk = { type: "disk", path: "/mnt", source: "/srv" };
    await using at = await stage({ flavour, setup: [profile({ eth0: disk })] });
    expect(await at.server.verifyNetworkDevice()).toMatchObject({ device: "eth1" });
    expect((await at.server.client.profiles.get("default")).value.devices).toEqual({ eth0: disk, eth1: nic });
  });

  test("row 21: on a network that is no bridge it is of the kind macvlan", async () => {
    await using at = await stage({ flavour });
    const { networks, profiles } = at.server.client;
    await networks.create({ name: "mv", type: "macvlan", config: { parent: "lo" } });
    await at.server.verifyNetworkDevice("default", { bridge: "mv" });
    expect((await profiles.get("default")).value.devices).toMatchObject({ eth0: { nictype: "macvlan", parent: "mv" } });
  });

  test("who makes the network, or changes the profile, at the same time does no harm", async () => {
    await using at = await stage({ flavour });
    const verified = await Promise.all([1, 2, 3].map(() => at.server.verifyNetworkDevice()));
    expect(verified.map(({ device, network }) => `${device} ${network}`)).toEqual(
      Array<string>(3).fill(`eth0 ${bridge}`),
    );
    expect(verified.filter(({ isChanged }) => isChanged)).toHaveLength(1);
    expect((await at.server.client.profiles.get("default")).value.devices).toEqual({ eth0: nic });
  });

  // As Incus does with a veth interface while Open vSwitch does not run.
  test("of an interface that the server lists and does not find, the NIC's own kind counts", async () => {
    const setup = [profile({ eth0: { type: "nic", nictype: "macvlan", parent: "lo" } })];
    await using at = await stage({ flavour, setup });
    at.fake.failRequest({ path: "/1.0/networks/lo", every: 1, status: 404, error: "Failed to connect to OVS" });
    expect(await at.server.verifyNetworkDevice()).toMatchObject({ device: "eth0", network: "lo" });
    expect(at.asked()).toEqual(["GET profiles/default", "GET networks/lo", "GET networks"]);
    await at.server.client.profiles.update("default", {
      devices: { eth0: { type: "nic", nictype: "physical", parent: "lo" } },
    });
    await expect(at.server.verifyNetworkDevice()).rejects.toMatchObject({
      code: "NIC_UNSUITABLE",
      message: expect.stringContaining("the network lo is of the type unknown"),
    });
  });

  test("a network that cannot be made or read is named", async () => {
    await using at = await stage({ flavour });
    at.fake.failRequest({ method: "POST", path: "/1.0/networks", status: 500, error: "dnsmasq is missing" });
    await expect(at.server.verifyNetworkDevice()).rejects.toMatchObject({
      code: "NETWORK_NOT_CREATED",
      step: `create network ${bridge}`,
      message: expect.stringContaining("dnsmasq is missing"),
    });
    await using other = await stage({
      flavour,
      setup: [profile({ eth0: { type: "nic", nictype: "p2p", parent: "gone" } })],
    });
    await expect(other.server.verifyNetworkDevice()).rejects.toMatchObject({
      code: "NETWORK_UNREAD",
      step: "read network gone of eth0 in profile default",
      cause: { status: 404 },
    });
  });

  describe("without network API", () => {
    const path = "/etc/default/lxd-bridge";
    const valid = 'USE_LXD_BRIDGE="true"\nLXD_BRIDGE="lxdbr0"\nLXD_IPV4_ADDR="10.5.3.1"\nLXD_IPV6_ADDR=""\n';
    const bridged = { type: "nic", nictype: "bridged" };

    test("row 22: a NIC on the bridge that the file names", async () => {
      const setup = [profile({ eth0: { ...bridged, parent: "br0" }, eth1: { ...bridged, parent: "lxdbr0" } })];
      await using at = await stage({ flavour, extensions: [], setup });
      const { readFile, calls } = createFakeHost({ files: { [path]: valid } });
      expect(await at.server.verifyNetworkDevice("default", { readFile })).toMatchObject({
        device: "eth1",
        network: "lxdbr0",
        isChanged: false,
      });
      expect(calls).toEqual([`read ${path}`]);
      expect(at.server.localBridgeName()).toBe("lxdbr0");
    });

    test("row 28: no NIC on that bridge", async () => {
      const setup = [profile({ eth0: { ...bridged, parent: "br0" } })];
      await using at = await stage({ flavour, extensions: [], setup });
      const { readFile } = createFakeHost({ files: { [path]: valid } });
      await expect(at.server.verifyNetworkDevice("default", { readFile })).rejects.toMatchObject({
        code: "NIC_UNSUITABLE",
        message: expect.stringContaining(`eth0: it is not bridged to lxdbr0, which ${path} names`),
      });
    });

    // Rows 23 to 26 are tests of bridgeOfFile.
    test("rows 23 and 27: what is wrong with the file", async () => {
      const setup = [profile({ eth0: { ...bridged, parent: "lxdbr0" } })];
      await using at = await stage({ flavour, extensions: [], setup });
      const disabled = createFakeHost({ files: { [path]: "USE_LXD_BRIDGE=false\n" } });
      const verify = (readFile: (path: string) => Promise<string>): Promise<unknown> =>
        at.server.verifyNetworkDevice("default", { readFile });
      await expect(verify(disabled.readFile)).rejects.toMatchObject({ code: "BRIDGE_DISABLED", address: path });
      await expect(verify(createFakeHost().readFile)).rejects.toMatchObject({
        code: "BRIDGE_FILE_MISSING",
        hint: expect.stringContaining("dpkg-reconfigure"),
      });
      const forbidden = createFakeHost({ failing: { "/etc": "EACCES" } });
      await expect(verify(forbidden.readFile)).rejects.toMatchObject({ code: "EACCES" });
    });
  });
});
