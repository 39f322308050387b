import { expect, test } from "vitest";
import { parse } from "yaml";
import { cloudInitConfig, type CloudInitConfigOptions } from "./cloud-init-config.ts";
import { cloudInitDataOf, cloudInitKeys } from "./config-keys.ts";
import { bootScriptConfig } from "./network/boot-script.ts";
import { buildNetworkConfig } from "./network/build-network-config.ts";
import { printedSample, sampleInterfaces } from "./network/sample.test-support.ts";

// The number is that of the cases of the container manager.

const userData = { config: { runcmd: ["echo own commands"] } };
const own = "#cloud-config\nruncmd:\n- echo own commands\n";

test("by default cloud-init gets the network config itself", () => {
  expect(cloudInitConfig({ userData, interfaces: sampleInterfaces })).toEqual({
    "user.user-data": own,
    "user.network-config": buildNetworkConfig(sampleInterfaces),
  });
});

test("29: with the boot script it is told to leave the network alone", () => {
  const options: CloudInitConfigOptions = { networkForm: "boot-script", match: "mac" };
  const config = cloudInitConfig({ userData, interfaces: sampleInterfaces }, options);
  expect(config["user.network-config"]).toBe('config: "disabled"\n');
  const text = config["user.user-data"] ?? "";
  expect(text.split("\n", 2)).toEqual(["#cloud-config", "bootcmd:"]);
  expect(parse(text, { version: "1.1" })).toEqual({
    bootcmd: [
      "install -D -m 644 /dev/null '/etc/netplan/99-juju.yaml'",
      `printf '%s\\n' '${printedSample.trimEnd()}' > '/etc/netplan/99-juju.yaml'`,
      expect.stringMatching(/^if \[ ! -f \/sbin\/ifup \]; then netplan generate; netplan apply; .*; fi$/),
    ],
    runcmd: ["echo own commands"],
  });
});

test("the commands of the boot script come before the caller's", () => {
  const input = { userData: { config: { bootcmd: ["mine"] }, documents: [own] }, interfaces: sampleInterfaces };
  const text = cloudInitConfig(input, { networkForm: "boot-script" })["user.user-data"] ?? "";
  const { bootcmd } = parse(text) as { readonly bootcmd: readonly string[] };
  expect(bootcmd).toHaveLength(4);
  expect(bootcmd[3]).toBe("mine");
});

test("the file of the boot script is where the caller wants it, whatever its name", () => {
  const { bootcmd = [] } = bootScriptConfig(sampleInterfaces, { netplanPath: "/etc/it's.yaml", netplanMode: "600" });
  expect(bootcmd[0]).toBe(`install -D -m 600 /dev/null '/etc/it'"'"'s.yaml'`);
});

test("only what is given is there, under the keys that are wanted", () => {
  expect(cloudInitConfig({})).toEqual({});
  expect(cloudInitConfig({ userData }, { keys: "cloud-init" })).toEqual({ "cloud-init.user-data": own });
  expect(cloudInitConfig({ interfaces: sampleInterfaces }, { keys: "cloud-init" })).toEqual({
    "cloud-init.network-config": buildNetworkConfig(sampleInterfaces),
  });
  expect(Object.keys(cloudInitConfig({ interfaces: sampleInterfaces }, { networkForm: "boot-script" }))).toEqual([
    "user.user-data",
    "user.network-config",
  ]);
});

test("the size of each text is limited", () => {
  const tooLarge = expect.objectContaining({ code: "CLOUD_INIT_DATA_TOO_LARGE" });
  expect(() => cloudInitConfig({ userData }, { sizeLimit: 40 })).toThrow(tooLarge);
  expect(() => cloudInitConfig({ interfaces: sampleInterfaces }, { sizeLimit: 40 })).toThrow(tooLarge);
});

test("the data that counts in a config is that of the newer keys, unless they are empty", () => {
  expect(cloudInitKeys()).toEqual({
    userData: "user.user-data",
    vendorData: "user.vendor-data",
    networkConfig: "user.network-config",
  });
  expect(
    cloudInitDataOf({
      "user.user-data": "older",
      "cloud-init.user-data": "newer",
      "user.network-config": "network",
      "cloud-init.network-config": "",
      "user.other": "x",
    }),
  ).toEqual({ userData: "newer", networkConfig: "network" });
});
