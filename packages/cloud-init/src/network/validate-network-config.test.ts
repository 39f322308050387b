import { expect, test } from "vitest";
import { buildNetworkConfig, disabledNetworkConfig } from "./build-network-config.ts";
import { sampleInterfaces } from "./sample.test-support.ts";
import { validateNetworkConfig } from "./validate-network-config.ts";

test.each([
  ["what this package writes", buildNetworkConfig(sampleInterfaces, { match: "mac", gateways: "keys" })],
  ["with routes", buildNetworkConfig(sampleInterfaces)],
  ["none", disabledNetworkConfig],
  ["version 1", "version: 1\nconfig:\n- type: physical\n  name: eth0\n"],
  [
    "as netplan has it",
    "network: {version: 2, ethernets: {eth0: {dhcp4: yes, routes: [{to: default, via: 10.0.0.1}]}}}\n",
  ],
  ["other kinds", "version: 2\nbonds: {bond0: {interfaces: [eth0]}}\nethernets: {eth0:}\n"],
])("%s is taken", (_, text) => {
  expect(() => validateNetworkConfig(text)).not.toThrow();
});

test.each([
  ["a: 1\n", "version"],
  ["version: '2'\n", "version"],
  ["version: 1\n", "config"],
  ["version: 2\nethernets: [eth0]\n", "ethernets"],
  ["network: {version: 3}\n", "network.version"],
  ["version: 2\nethernets: {eth0: {match: {macaddress: 52:54:00:12:34:56}}}\n", "ethernets.eth0.match.macaddress"],
  ["version: 2\nethernets: {eth0: {dhcp4: 'true'}}\n", "ethernets.eth0.dhcp4"],
  ["version: 2\nethernets: {eth0: {mtu: '1400'}}\n", "ethernets.eth0.mtu"],
  ["version: 2\nethernets: {eth0: {addresses: [10.0.8.5]}}\n", "ethernets.eth0.addresses[0]"],
  ["version: 2\nethernets: {eth0: {nameservers: {addresses: [ns]}}}\n", "ethernets.eth0.nameservers.addresses[0]"],
  ["version: 2\nethernets: {eth0: {routes: [{to: 10.0.0.0/33, via: 10.0.8.1}]}}\n", "ethernets.eth0.routes[0].to"],
  ["version: 2\nethernets: {eth0: {routes: [{to: default, via: gw}]}}\n", "ethernets.eth0.routes[0].via"],
])("%j is refused at %s", (text, path) => {
  expect(() => validateNetworkConfig(text, { name: "net.yaml" })).toThrow(
    expect.objectContaining({ code: "NETWORK_CONFIG_INVALID", path }),
  );
});

test("what is no YAML is refused, and what is too large", () => {
  expect(() => validateNetworkConfig("version: 2\n\tethernets:", { name: "net.yaml" })).toThrow(
    expect.objectContaining({
      code: "NETWORK_CONFIG_INVALID",
      message: expect.stringMatching(/^net\.yaml is no valid YAML in line 2, /) as string,
    }),
  );
  expect(() => validateNetworkConfig("version: 2\n", { sizeLimit: 10 })).toThrow(
    expect.objectContaining({ code: "CLOUD_INIT_DATA_TOO_LARGE" }),
  );
});
