import type { InterfaceInfo } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { devicesFromInterfaceInfo } from "./devices-from-interface-info.ts";

// The numbers are those of the cases of networks.
const eth0: InterfaceInfo = {
  interfaceName: "eth0",
  interfaceType: "ethernet",
  parentInterfaceName: "br-eth0",
  macAddress: "aa:bb:cc:dd:ee:f0",
  mtu: 9000,
  addresses: [{ cidr: "10.0.0.0/24" }],
};
const nic = { type: "nic", nictype: "bridged", name: "eth0", parent: "br-eth0" };
const { macAddress: _, ...withoutMac } = eth0;

test("row 1: an ethernet interface becomes a bridged NIC; the host's end has a name on demand", () => {
  expect(devicesFromInterfaceInfo([eth0], { hostNamesOf: "1/lxd/2" })).toEqual({
    devices: { eth0: { ...nic, hwaddr: "aa:bb:cc:dd:ee:f0", mtu: "9000", host_name: "1lxd2-0" } },
    unknown: [],
  });
  expect(devicesFromInterfaceInfo([eth0]).devices["eth0"]).not.toHaveProperty("host_name");
});

test.each([
  [2, { ...withoutMac, mtu: 0 }, nic],
  [3, { ...withoutMac, mtu: 1492 }, { ...nic, mtu: "1492" }],
])("row %i: what is not given is not there", (_row, info, device) => {
  expect(devicesFromInterfaceInfo([info]).devices).toEqual({ eth0: device });
});

// The original names a parent as often as it has such interfaces.
test("row 4: the parent of an interface without CIDR is unknown, and told once", () => {
  const { addresses: __, ...bare } = eth0;
  const other = { ...bare, interfaceName: "eth1", addresses: [{ cidr: "" }] };
  expect(devicesFromInterfaceInfo([bare, other])).toMatchObject({
    unknown: ["br-eth0"],
    devices: { eth0: nic, eth1: { name: "eth1" } },
  });
});

test("row 5: loopback is left out and not counted", () => {
  const loopback: InterfaceInfo = { interfaceName: "lo", interfaceType: "loopback" };
  const { devices } = devicesFromInterfaceInfo([loopback, eth0], { hostNamesOf: "0" });
  expect(Object.keys(devices)).toEqual(["eth0"]);
  expect(devices["eth0"]).toMatchObject({ host_name: "0-0" });
});

test.each([
  ["row 6", { interfaceType: "bond" }, "INTERFACE_TYPE_UNSUPPORTED", 'interface type "bond" not supported'],
  ["row 6", { interfaceType: "" }, "INTERFACE_TYPE_UNSUPPORTED", 'interface type "" not supported'],
  ["row 7", { parentInterfaceName: "" }, "INTERFACE_PARENT_MISSING", "parent interface name is empty"],
  ["besides", { interfaceName: "sixteencharacter" }, "INTERFACE_NAME_INVALID", '"sixteencharacter" cannot be'],
  ["besides", { parentInterfaceName: "a/b" }, "INTERFACE_NAME_INVALID", '"a/b" cannot be'],
  ["besides", { mtu: -1 }, "INTERFACE_MTU_INVALID", "-1 is not an MTU"],
] as const)("%s: %o is refused", (_row, change, code, text) => {
  expect(() => devicesFromInterfaceInfo([{ ...eth0, ...change }])).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringContaining(text) as string,
      hint: expect.any(String) as string,
    }),
  );
});

test("two interfaces of one name are refused, instead of one of them being lost", () => {
  expect(() => devicesFromInterfaceInfo([eth0, eth0])).toThrow(
    expect.objectContaining({ code: "INTERFACE_DUPLICATE" }),
  );
});

test("row 8: the host's ends are numbered", () => {
  const { devices } = devicesFromInterfaceInfo([eth0, { ...eth0, interfaceName: "eth1" }], { hostNamesOf: "1/lxd/2" });
  expect(Object.values(devices).map((device) => device["host_name"])).toEqual(["1lxd2-0", "1lxd2-1"]);
});

test("row 19 of the regressions: a host's end whose name would be too long has a hash, or no name by default", () => {
  const { devices } = devicesFromInterfaceInfo([eth0], { hostNamesOf: "1234/lxd/567/lxd/8" });
  expect(devices["eth0"]?.["host_name"]).toMatch(/^m[0-9a-f]{8}-0$/);
  expect(devicesFromInterfaceInfo([eth0]).devices["eth0"]).not.toHaveProperty("host_name");
});
