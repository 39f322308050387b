import { startFakeServer } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { type HostStage, hostStage, type HostStageOptions } from "../host-stage.test-support.ts";
import { initialiseHost } from "../initialise-host.ts";

const path = "/etc/default/lxd-bridge";

/** Initialises a host whose LXD has no network API, with this text in the bridge's file. */
async function initialised(text: string | undefined, options: HostStageOptions = {}): Promise<HostStage> {
  await using server = await startFakeServer({ extensions: [], initialised: false });
  const stage = hostStage({ server, ...options, files: text === undefined ? {} : { [path]: text } });
  stage.runner.on("service lxd-bridge restart", { exitCode: 1 });
  stage.runner.on("service lxd restart");
  await initialiseHost(stage.access, { channel: "" });
  return stage;
}

const fileOf = (stage: HostStage): string | undefined => stage.files.files()[path];
const restarts = (stage: HostStage): readonly string[] =>
  stage.runner.commands.map(({ line }) => line).filter((line) => line.startsWith("service "));

describe("the bridge's file of an LXD without network API", () => {
  test("row 17: an address that is there stays", async () => {
    const text = 'LXD_IPV4_ADDR="10.0.4.1"\n';
    const stage = await initialised(text);
    expect(fileOf(stage)).toBe(text);
    expect(restarts(stage)).toEqual([]);
  });

  test("row 18: empty values become those of the subnet that was drawn, and the services are restarted", async () => {
    const stage = await initialised('USE_LXD_BRIDGE=""\nLXD_IPV4_ADDR=""\n', { drawn: [4] });
    expect(fileOf(stage)).toBe(`USE_LXD_BRIDGE="true"
LXD_IPV4_ADDR="10.0.4.1"
EXISTING_BRIDGE=""
LXD_BRIDGE="lxdbr0"
LXD_IPV4_NETMASK="255.255.255.0"
LXD_IPV4_NETWORK="10.0.4.1/24"
LXD_IPV4_DHCP_RANGE="10.0.4.2,10.0.4.254"
LXD_IPV4_DHCP_MAX="253"
LXD_IPV4_NAT="true"
LXD_IPV6_PROXY="false"
`);
    expect(restarts(stage)).toEqual(["service lxd-bridge restart", "service lxd restart"]);
  });

  test("row 19: a subnet in which the host has an address is passed over", async () => {
    // Once 4 is drawn, 5 stands at its place.
    const stage = await initialised("", { drawn: [4, 4], interfaces: { eth0: { addresses: ["10.0.4.7/24"] } } });
    expect(fileOf(stage)).toContain('LXD_IPV4_ADDR="10.0.5.1"');
  });

  test("one to which the host has a route is passed over too", async () => {
    await using server = await startFakeServer({ extensions: [], initialised: false });
    const route =
      "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\neth0 0004000A 00000000 0001 0 0 0 00FFFFFF 0 0 0\n";
    const stage = hostStage({ server, drawn: [4, 4], files: { [path]: "", "/proc/net/route": route } });
    stage.runner.on(/^service /);
    await initialiseHost(stage.access, { channel: "" });
    expect(fileOf(stage)).toContain('LXD_IPV4_ADDR="10.0.5.1"');
  });

  test("row 20: when 10.0.0.0/16 is in use, another private range is; when all are, none is found", async () => {
    const stage = await initialised("", { interfaces: { eth0: { addresses: ["10.0.0.1/16"] } } });
    expect(fileOf(stage)).toContain('LXD_IPV4_ADDR="172.16.0.1"');
    const addresses = ["10.0.0.1/8", "172.16.0.1/12", "192.168.0.1/16"];
    await expect(initialised("", { interfaces: { eth0: { addresses } } })).rejects.toMatchObject({
      code: "NO_FREE_SUBNET",
      message: expect.stringContaining("could not find unused subnet"),
    });
  });

  test("row 21: without a file there is nothing to do", async () => {
    const stage = await initialised(undefined);
    expect(fileOf(stage)).toBeUndefined();
    expect(restarts(stage)).toEqual([]);
  });

  test("row 22: a comment stays, a key is changed in its line, others come at the end", async () => {
    const stage = await initialised('# mine\nUSE_LXD_BRIDGE="false"\n', { drawn: [4] });
    expect(fileOf(stage)?.split("\n").slice(0, 3)).toEqual(["# mine", 'USE_LXD_BRIDGE="true"', 'EXISTING_BRIDGE=""']);
  });

  test("a restart that fails puts the old text back", async () => {
    await using server = await startFakeServer({ extensions: [], initialised: false });
    const stage = hostStage({ server, files: { [path]: "# mine\n" } });
    stage.runner.on("service lxd-bridge restart");
    stage.runner.on("service lxd restart", { exitCode: 1, stderr: "no" });
    await expect(initialiseHost(stage.access, { channel: "" })).rejects.toMatchObject({
      failed: { id: "restart lxd" },
      undone: [{ id: "bridge file" }],
    });
    expect(fileOf(stage)).toBe("# mine\n");
  });
});
