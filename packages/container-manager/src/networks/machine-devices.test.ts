import type { InterfaceInfo } from "@lxdkit/network-devices";
import { withNetwork } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { openManagerStage } from "../manager-stage.test-support.ts";
import type { MachineRequest } from "../machines/machine-request.ts";
import { bridgeNetworkConfig } from "./network-config.ts";

const request: MachineRequest = { machineId: "1/lxd/2", series: "jammy" };
const name = "juju-c3d479-1-lxd-2";
const eth0: InterfaceInfo = { interfaceName: "eth0", interfaceType: "ethernet", parentInterfaceName: "lxdbr0" };
const random = (size: number): Uint8Array => new Uint8Array(size);

function onBridge(parent: string, cidr?: string): MachineRequest {
  const addresses = cidr === undefined ? [] : [{ cidr }];
  return { ...request, network: bridgeNetworkConfig("", 0, [{ ...eth0, parentInterfaceName: parent, addresses }]) };
}

// The numbers are those of the cases of the manager.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const bridge = withNetwork({ name: "lxdbr0", config: { "ipv4.address": "none", "ipv6.address": "none" } });

  test("row 12: the server's own bridge gets IPv4 before the container is made", async () => {
    const initialised = flavour === "incus";
    await using stage = await openManagerStage({ flavour, setup: initialised ? [bridge] : [] });
    const { client } = stage.server;
    if (!initialised) {
      const { value } = await client.networks.get("lxdbr0");
      await client.networks.update("lxdbr0", { ...value, config: { ...value.config, "ipv4.address": "none" } });
    }
    stage.asked();
    await stage.manager.createContainer(onBridge("lxdbr0"));
    const asked = stage.asked();
    const order = ["GET /1.0/networks/lxdbr0", "PUT /1.0/networks/lxdbr0", "POST /1.0/instances"];
    expect(asked.filter((line) => order.includes(line))).toEqual(order);
    expect(stage.notices).toEqual([{ level: "information", message: "gave the bridge lxdbr0 IPv4 addresses" }]);
    expect((await client.networks.get("lxdbr0")).value.config).toMatchObject({ "ipv4.nat": "true" });
  });

  test("row 13: of any other bridge there is only a warning", async () => {
    await using stage = await openManagerStage({ flavour, setup: [withNetwork({ name: "br-eth0" })] });
    await stage.manager.createContainer(onBridge("br-eth0"));
    expect(stage.asked().filter((line) => line.startsWith("PUT /1.0/networks"))).toEqual([]);
    expect(stage.notices).toEqual([
      { level: "warning", message: "nobody knows the networks of these bridges: br-eth0" },
    ]);
  });

  test("row 14: an interface without parent: no creation", async () => {
    await using stage = await openManagerStage({ flavour });
    stage.asked();
    await expect(stage.manager.createContainer(onBridge("", "10.10.0.0/24"))).rejects.toMatchObject({
      code: "INTERFACE_PARENT_MISSING",
      message: "parent interface name is empty",
    });
    expect(stage.asked().filter((line) => !line.startsWith("GET"))).toEqual([]);
  });

  // The original always names the host's ends.
  test.each([
    [true, { host_name: "1lxd2-0" }],
    [false, {}],
  ])("row 15: a parent in a known network; names on the host: %s", async (hostNames, more) => {
    await using stage = await openManagerStage({
      flavour,
      manager: { hostNames },
      setup: [withNetwork({ name: "br7" })],
    });
    await stage.manager.createContainer(onBridge("br7", "10.10.0.0/24"));
    expect((await stage.server.client.instances.get(name)).value.devices).toEqual({
      eth0: { type: "nic", nictype: "bridged", name: "eth0", parent: "br7", ...more },
    });
    expect(stage.notices).toEqual([]);
  });

  test("row 16: without anything, the NICs of the profile `default`, with MAC addresses", async () => {
    await using stage = await openManagerStage({ flavour, manager: { random } });
    await stage.manager.createContainer(request);
    const { value: profile } = await stage.server.client.profiles.get("default");
    expect((await stage.server.client.instances.get(name)).value.devices).toEqual({
      eth0: { ...profile.devices["eth0"], hwaddr: "00:16:3e:00:00:00" },
    });
    expect((await stage.server.client.profiles.get("default")).value).toEqual(profile);
  });

  test("a bridge alone: one NIC on it, with its MTU", async () => {
    await using stage = await openManagerStage({
      flavour,
      manager: { random, hostNames: true },
      setup: [withNetwork({ name: "br7" })],
    });
    const network = { networkType: "bridge", device: "br7", mtu: 9000, interfaces: [] };
    await stage.manager.createContainer({ ...request, network });
    expect((await stage.server.client.instances.get(name)).value.devices).toEqual({
      eth0: {
        type: "nic",
        nictype: "bridged",
        name: "eth0",
        parent: "br7",
        mtu: "9000",
        hwaddr: "00:16:3e:00:00:00",
        host_name: "1lxd2-0",
      },
    });
    for (const wrong of [{ device: "a/b" }, { mtu: -1 }, { mtu: 1.5 }]) {
      const bad = { ...request, machineId: "9", network: { ...network, ...wrong } };
      await expect(stage.manager.createContainer(bad)).rejects.toMatchObject({ code: "NETWORK_CONFIG_INVALID" });
    }
  });

  test("machines that are made together have different MAC addresses, and read those in use once", async () => {
    await using stage = await openManagerStage({ flavour });
    stage.asked();
    await stage.manager.createContainers(["0", "1", "2", "3"].map((machineId) => ({ ...request, machineId })));
    expect(stage.asked().filter((line) => line === "GET /1.0/instances")).toHaveLength(1);
    const instances = await stage.server.client.instances.list();
    expect(new Set(instances.map(({ devices }) => devices["eth0"]?.["hwaddr"])).size).toBe(4);
  });

  test("the caller's configuration stays as it is", async () => {
    await using stage = await openManagerStage({ flavour });
    const network = Object.freeze({ ...bridgeNetworkConfig("lxdbr0", 0), interfaces: Object.freeze([]) });
    const asked = Object.freeze({ ...request, network, constraints: Object.freeze({ mem: 512 }) });
    const before = structuredClone(asked);
    await stage.manager.createContainer({ ...asked, network: { ...network, device: "" } });
    expect(asked).toEqual(before);
  });
});
