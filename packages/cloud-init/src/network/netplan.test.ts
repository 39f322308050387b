import type { InterfaceInfo } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildNetworkConfig, writeNetplanFile } from "./build-network-config.ts";
import { netplanOfInterfaces, type NetplanOptions } from "./netplan-of-interfaces.ts";
import { printedSample, sampleInterfaces } from "./sample.test-support.ts";

// The numbers are those of the cases of the container manager.

const eth0: InterfaceInfo = {
  interfaceName: "eth0",
  configType: "static",
  addresses: [{ value: "10.0.8.5", cidr: "10.0.8.0/24" }],
};
const netplan = (change: Partial<InterfaceInfo>, options?: NetplanOptions) =>
  netplanOfInterfaces([{ ...eth0, ...change }], options).ethernets["eth0"];

test("29: the sample, as printed", () => {
  expect(writeNetplanFile(netplanOfInterfaces(sampleInterfaces, { match: "mac", gateways: "keys" }))).toBe(
    printedSample,
  );
});

test("29: the sample in cloud-init's own form", () => {
  expect(buildNetworkConfig(sampleInterfaces)).toBe(`version: 2
ethernets:
  eth0:
    addresses:
    - 192.0.2.10/24
    nameservers:
      search: [lab.example]
      addresses: [192.0.2.53]
    mtu: 1400
    routes:
    - to: 0.0.0.0/0
      via: 192.0.2.1
    - to: 198.51.100.0/24
      via: 192.0.2.254
      metric: 50
  eth1:
    dhcp4: true
`);
});

test.each([
  [1500, {}],
  [0, {}],
  [1400, { mtu: 1400 }],
])("25: MTU %i", (mtu, expected) => {
  expect(netplan({ mtu })).toEqual({ addresses: ["10.0.8.5/24"], ...expected });
});

test.each([
  ["none", []],
  ["loopback only", [{ interfaceName: "lo", interfaceType: "loopback" as const }]],
])("26: no interfaces: %s", (_, interfaces) => {
  const error = expect.objectContaining({
    code: "NETWORK_CONFIG_MISSING",
    message: expect.stringContaining("missing container network config"),
  });
  expect(() => netplanOfInterfaces(interfaces)).toThrow(error);
});

describe("addresses", () => {
  test.each<[string, Partial<InterfaceInfo>, object]>([
    ["DHCP", { configType: "dhcp", addresses: [] }, { dhcp4: true }],
    ["DHCP with an address that is known", { configType: "dhcp" }, { addresses: ["10.0.8.5/24"] }],
    ["DHCP whose network is known", { configType: "dhcp", addresses: [{ cidr: "10.0.8.0/24" }] }, { dhcp4: true }],
    ["DHCP for IPv6", { configType: "dhcp", addresses: [{ cidr: "fd42::/64" }] }, { dhcp6: true }],
    ["neither", { configType: "manual", addresses: [] }, {}],
    [
      "both families, and DHCP for one of two",
      {
        addresses: [
          { value: "fd42::5", cidr: "fd42::/64" },
          { cidr: "10.0.8.0/24", configType: "dhcp" },
        ],
      },
      { dhcp4: true, addresses: ["fd42::5/64"] },
    ],
  ])("%s", (_, change, expected) => {
    expect(netplan(change)).toEqual(expected);
  });
});

describe("matching", () => {
  const macAddress = "00:16:3E:12:34:56";

  test.each<[NetplanOptions, Partial<InterfaceInfo>, object]>([
    [{}, { macAddress }, {}],
    [{ instanceType: "virtual-machine" }, { macAddress }, { match: { macaddress: "00:16:3e:12:34:56" } }],
    [{ match: "mac" }, { macAddress }, { match: { macaddress: "00:16:3e:12:34:56" } }],
    [{ match: "mac" }, {}, { match: { name: "eth0" } }],
    [{ match: "name" }, { macAddress }, { match: { name: "eth0" } }],
    [{ match: "none", instanceType: "virtual-machine" }, { macAddress }, {}],
  ])("%j with %j", (options, change, expected) => {
    expect(netplan(change, options)).toEqual({ addresses: ["10.0.8.5/24"], ...expected });
  });
});

describe("ways out", () => {
  test("each family has its own", () => {
    const both: readonly InterfaceInfo[] = [
      { ...eth0, gatewayAddress: "10.0.8.1" },
      { interfaceName: "eth1", addresses: [{ value: "fd42::5", cidr: "fd42::/64" }], gatewayAddress: "fd42::1" },
    ];
    expect(netplanOfInterfaces(both).ethernets).toMatchObject({
      eth0: { routes: [{ to: "0.0.0.0/0", via: "10.0.8.1" }] },
      eth1: { routes: [{ to: "::/0", via: "fd42::1" }] },
    });
    expect(netplanOfInterfaces(both, { gateways: "keys" }).ethernets).toMatchObject({
      eth0: { gateway4: "10.0.8.1" },
      eth1: { gateway6: "fd42::1" },
    });
  });

  test("of two in one family the first counts, or the one that is marked", () => {
    const second: InterfaceInfo = { ...eth0, interfaceName: "eth1", gatewayAddress: "10.0.8.2" };
    const waysOut = (isDefaultGateway: boolean) =>
      Object.values(
        netplanOfInterfaces([
          { ...second, isDefaultGateway },
          { ...eth0, gatewayAddress: "10.0.8.1" },
        ]).ethernets,
      ).map(({ routes = [] }) => routes.map(({ via }) => via));
    expect(waysOut(false)).toEqual([["10.0.8.1"], []]);
    expect(waysOut(true)).toEqual([[], ["10.0.8.2"]]);
  });

  test.each([
    ["10.0.8.1", "10.0.8.5", "10.0.8.0/24", {}],
    ["169.254.0.1", "10.0.8.5", "10.0.8.5/32", { "on-link": true }],
    ["fe80::1", "fd42::5", "fd42::/64", {}],
    ["fd43::1", "fd42::5", "fd42::5/128", { "on-link": true }],
    // Nothing is known of the networks of IPv6.
    ["fd43::1", "10.0.8.5", "10.0.8.0/24", {}],
  ])("the gateway %s of %s in %s", (gatewayAddress, value, cidr, expected) => {
    const to = gatewayAddress.includes(":") ? "::/0" : "0.0.0.0/0";
    expect(netplan({ gatewayAddress, addresses: [{ value, cidr }] })?.routes).toEqual([
      { to, via: gatewayAddress, ...expected },
    ]);
  });
});

test("name servers that are link-local are left out, as are those that are there twice", () => {
  const dnsServers = ["fe80::1", "10.0.8.1", "fd42::1", "10.0.8.1", "febf::1"];
  expect(netplan({ dnsServers })?.nameservers).toEqual({ addresses: ["10.0.8.1", "fd42::1"] });
  expect(netplan({ dnsServers: ["fe80::1"] })).not.toHaveProperty("nameservers");
});

test("two interfaces in one network are told of", () => {
  const warnings: string[] = [];
  netplanOfInterfaces([eth0, { ...eth0, interfaceName: "eth1" }], { onWarning: (message) => warnings.push(message) });
  expect(warnings).toEqual(["eth0 and eth1 are both in the network 10.0.8.0/24"]);
});

test("the interfaces of the caller stay as they are, and their order does not matter", () => {
  const before = structuredClone(sampleInterfaces);
  expect(buildNetworkConfig(sampleInterfaces.toReversed())).toBe(buildNetworkConfig(sampleInterfaces));
  expect(sampleInterfaces).toEqual(before);
});

test.each(["00:16:30:12:34:56", "52:54:00:12:34:56", "10:20:30:40:50:10"])("the MAC address %s stays text", (mac) => {
  const text = buildNetworkConfig([{ ...eth0, macAddress: mac }], { match: "mac" });
  expect(parse(text, { version: "1.1" })).toHaveProperty("ethernets.eth0.match.macaddress", mac);
});

test.each<[Partial<InterfaceInfo>, string]>([
  [{ interfaceName: "a name" }, "interfaceName"],
  [{ interfaceType: "bond" }, "interfaceType"],
  [{ macAddress: "00:16:3e" }, "macAddress"],
  [{ mtu: 1400.5 }, "mtu"],
  [{ addresses: [{ value: "10.0.8.5" }] }, "addresses[0].cidr"],
  [{ addresses: [{ value: "10.0.8.5/24", cidr: "10.0.8.0/24" }] }, "addresses[0].value"],
  [{ addresses: [{ value: "10.0.8.5", cidr: "10.0.8.0/33" }] }, "addresses[0].cidr"],
  [{ addresses: [{ value: "10.0.8.5", cidr: "fd42::/64" }] }, "addresses[0].cidr"],
  [{ gatewayAddress: "10.0.8" }, "gatewayAddress"],
  [{ dnsServers: ["10.0.8.1", "ns.example"] }, "dnsServers[1]"],
  [{ dnsSearchDomains: ["a b"] }, "dnsSearchDomains[0]"],
  [{ routes: [{ destinationCidr: "10.0.0.0", gatewayIp: "10.0.8.1", metric: 0 }] }, "routes[0].destinationCidr"],
  [{ routes: [{ destinationCidr: "10.0.0.0/8", gatewayIp: "fd42::1", metric: 0 }] }, "routes[0].gatewayIp"],
  [{ routes: [{ destinationCidr: "10.0.0.0/8", gatewayIp: "10.0.8.1", metric: -1 }] }, "routes[0].metric"],
])("%j is refused at %s", (change, path) => {
  const error = expect.objectContaining({ code: "NETWORK_CONFIG_INVALID", path: `interfaces[0].${path}` });
  expect(() => netplan(change)).toThrow(error);
});

test("a name that is there twice is refused, after all else that is wrong", () => {
  const error = expect.objectContaining({
    message: "network config: interfaces[0].mtu is no MTU (and 1 more)",
    problems: [
      expect.objectContaining({ path: "interfaces[0].mtu" }),
      expect.objectContaining({ path: "interfaces[1].interfaceName" }),
    ],
  });
  expect(() => netplanOfInterfaces([{ ...eth0, mtu: -1 }, eth0])).toThrow(error);
});
