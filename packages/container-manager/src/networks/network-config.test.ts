import { expect, test } from "vitest";
import { bridgeNetworkConfig, fallbackInterfaceInfo } from "./network-config.ts";

const fallback = { interfaceName: "eth0", interfaceType: "ethernet", configType: "dhcp" };

// The numbers are those of the cases of the container package.
test("row 8: the fallback is one interface, made anew each time", () => {
  expect(fallbackInterfaceInfo()).toEqual([fallback]);
  expect(fallbackInterfaceInfo()).not.toBe(fallbackInterfaceInfo());
});

test("row 9: without interfaces there is the fallback", () => {
  expect(bridgeNetworkConfig("lxdbr0", 0, [])).toEqual({
    networkType: "bridge",
    device: "lxdbr0",
    mtu: 0,
    interfaces: [fallback],
  });
});

test("row 10: interfaces stay as they are", () => {
  const interfaces = [{ interfaceName: "eth7" }];
  expect(bridgeNetworkConfig("br-eth0", 9000, interfaces)).toEqual({
    networkType: "bridge",
    device: "br-eth0",
    mtu: 9000,
    interfaces,
  });
});
