import { describe, expect, test } from "vitest";
import { openManagerStage } from "../manager-stage.test-support.ts";
import { bridgeNetworkConfig } from "../networks/network-config.ts";
import type { MachineRequest } from "./machine-request.ts";

const name = "juju-c3d479-0";
const request: MachineRequest = { machineId: "0", series: "jammy" };

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const network = bridgeNetworkConfig("", 0, [
    {
      interfaceName: "eth0",
      interfaceType: "ethernet",
      parentInterfaceName: flavour === "lxd" ? "lxdbr0" : "incusbr0",
      macAddress: "00:16:3e:12:34:56",
      mtu: 1400,
      addresses: [{ value: "192.0.2.10", cidr: "192.0.2.0/24" }],
      gatewayAddress: "192.0.2.1",
    },
  ]);

  test("a machine is set up by cloud-init's own network config, of what is asked for or of its NICs", async () => {
    await using stage = await openManagerStage({ flavour });
    await stage.manager.createContainer({ ...request, network, userData: { config: { packages: ["nginx"] } } });
    const { config } = (await stage.server.client.instances.get(name)).value;
    expect(config["user.user-data"]).toBe("#cloud-config\npackages:\n- nginx\n");
    expect(config["user.network-config"]?.split("\n")).toEqual([
      "version: 2",
      "ethernets:",
      "  eth0:",
      "    addresses:",
      "    - 192.0.2.10/24",
      "    mtu: 1400",
      "    routes:",
      "    - to: 0.0.0.0/0",
      "      via: 192.0.2.1",
      "",
    ]);
    await stage.manager.createContainer({ ...request, machineId: "1" });
    const other = (await stage.server.client.instances.get("juju-c3d479-1")).value.config;
    expect(other).not.toHaveProperty("user.user-data");
    expect(other["user.network-config"]).toBe("version: 2\nethernets:\n  eth0:\n    dhcp4: true\n");
  });

  test("in parity mode by scripts at boot, with cloud-init's own switched off", async () => {
    await using stage = await openManagerStage({ flavour, manager: { cloudInit: { networkForm: "boot-script" } } });
    await stage.manager.createContainer({ ...request, network, userData: "#cloud-config\nruncmd: [echo]\n" });
    const { config } = (await stage.server.client.instances.get(name)).value;
    expect(config["user.network-config"]).toBe('config: "disabled"\n');
    expect(config["user.user-data"]).toMatch(/^#cloud-config\nbootcmd:\n- "install -D -m 644 .*99-juju\.yaml/);
    expect(config["user.user-data"]).toContain("runcmd:\n- echo\n");
    expect(
      (await stage.manager.createContainer({ ...request, network, userData: "#cloud-config\nruncmd: [echo]\n" }))
        .origin,
    ).toBe("adopted");
  });

  test("by the newer keys on demand; raw network config is handed on", async () => {
    await using stage = await openManagerStage({ flavour, manager: { cloudInit: { keys: "cloud-init" } } });
    await stage.manager.createContainer({
      ...request,
      userData: "#!/bin/sh\n",
      networkData: "version: 1\nconfig: []\n",
    });
    expect((await stage.server.client.instances.get(name)).value.config).toMatchObject({
      "cloud-init.user-data": "#!/bin/sh\n",
      "cloud-init.network-config": "version: 1\nconfig: []\n",
    });
  });

  test("a virtual machine is matched by MAC address", async () => {
    await using stage = await openManagerStage({
      flavour,
      images: [{ aliases: ["juju/jammy/amd64/vm"], type: "virtual-machine" }],
    });
    await stage.manager.createContainer({ ...request, network, constraints: { virtType: "virtual-machine" } });
    const { config, type } = (await stage.server.client.instances.get(name)).value;
    expect(type).toBe("virtual-machine");
    expect(config["user.network-config"]).toContain('macaddress: "00:16:3e:12:34:56"');
  });

  test.each<[string, Partial<MachineRequest>, object]>([
    ["user data that is none", { userData: "hello\n" }, { code: "USER_DATA_INVALID" }],
    [
      "user data that is too large",
      { userData: `#!/bin/sh\n${"#".repeat(2 ** 20)}` },
      { code: "CLOUD_INIT_DATA_TOO_LARGE" },
    ],
    [
      "row 26: no interfaces",
      { profiles: ["default"] },
      { code: "NETWORK_CONFIG_MISSING", message: "missing container network config" },
    ],
  ])("%s: refused before an image is looked for, once", async (what, change, error) => {
    const initialised = !what.includes("no interfaces");
    await using stage = await openManagerStage({ flavour, initialised });
    stage.asked();
    const outcomes = await stage.manager.createContainers([{ ...request, ...change }]);
    expect(outcomes).toMatchObject([{ error, failures: [] }]);
    expect(stage.asked().filter((line) => line.includes("images") || !line.startsWith("GET"))).toEqual([]);
  });
});
