import { expect, test } from "vitest";
import { devicesFromInterfaceInfo } from "./devices-from-interface-info.ts";
import { interfaceInfoFromDevices } from "./interface-info-from-devices.ts";

// The numbers are those of the cases of networks.
test("row 9: interfaces are sorted by name, and have their addresses from DHCP", () => {
  const devices = {
    eth0: { type: "nic", parent: "lxdbr0", hwaddr: "00:16:3e:00:00:00", mtu: "1500" },
    eno9: { type: "nic", parent: "br0" },
  };
  const common = { interfaceType: "", configType: "dhcp", origin: "provider" };
  expect(interfaceInfoFromDevices(devices)).toEqual([
    { ...common, interfaceName: "eno9", parentInterfaceName: "br0" },
    { ...common, interfaceName: "eth0", parentInterfaceName: "lxdbr0", macAddress: "00:16:3e:00:00:00", mtu: 1500 },
  ]);
});

test.each(["abc", "15.5", "-1", "1500 "])("row 10: the MTU %j is refused", (mtu) => {
  expect(() => interfaceInfoFromDevices({ eth0: { type: "nic", mtu } })).toThrow(
    expect.objectContaining({
      code: "INTERFACE_MTU_INVALID",
      message: expect.stringContaining("parsing device MTU") as string,
    }),
  );
});

// The original names the interface `eth0`.
test("row 10a: an interface is called what the container calls it", () => {
  expect(interfaceInfoFromDevices({ eth0: { type: "nic", name: "enp5s0", network: "lxdbr0" } })).toMatchObject([
    { interfaceName: "enp5s0", parentInterfaceName: "lxdbr0" },
  ]);
});

test("names, parents, addresses and sizes survive the way there and back", () => {
  const info = { interfaceName: "eth0", parentInterfaceName: "br0", macAddress: "00:16:3e:01:02:03", mtu: 1400 };
  const { devices } = devicesFromInterfaceInfo([{ ...info, interfaceType: "ethernet" }]);
  expect(interfaceInfoFromDevices(devices)).toMatchObject([info]);
});
