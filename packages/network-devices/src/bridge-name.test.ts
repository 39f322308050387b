import { expect, test } from "vitest";
import { bridgeNameOf, containerBridge } from "./bridge-name.ts";

// The number is that of the cases of networks.
test.each([
  ["eth0", "br-eth0"],
  ["ens3.150", "br-ens3-150"],
  ["bond0.1234567", "b-bond0-1234567"],
  ["enp193s0f1np1", "b-enp193s0f1np1"],
  ["enp193s0f1np10", "b-p193s0f1np10"],
  ["fourteenchars1", "b-5590a4-chars1"],
  ["fifteenchars123", "b-2e8dd7-ars123"],
])("row 32: the bridge of %s is %s", (device, bridge) => {
  expect(bridgeNameOf(device)).toBe(bridge);
});

test.each([
  [{ lxd: "br1", lxc: "br2" }, "br1"],
  [{ lxc: "br2", openVSwitch: ["ovs0"] }, "br2"],
  [{ lxd: "", openVSwitch: ["ovs0"] }, "ovs0"],
  [{ openVSwitch: ["ovs0", "ovs1"] }, "lxdbr0"],
  [{}, "lxdbr0"],
])("of %o, containers get %s", (bridges, bridge) => {
  expect(containerBridge(bridges)).toBe(bridge);
});
