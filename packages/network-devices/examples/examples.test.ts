import { expect, test } from "vitest";
import { main as scope } from "./scope.ts";
import { main as translate } from "./translate.ts";

test("scope", () => {
  expect(scope()).toEqual(["link-local", "cloud-local", "public", undefined]);
});

test("translate", () => {
  expect(translate()).toEqual({
    devices: { eth0: { type: "nic", nictype: "bridged", name: "eth0", parent: "br-ens3-150", mtu: "1400" } },
    unknown: [],
  });
});
