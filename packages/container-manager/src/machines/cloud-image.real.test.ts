import { readFile } from "node:fs/promises";
import { openServer, type Server } from "@lxdkit/server";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers, missingBed } from "@lxdkit/testbed/vitest";
import { connectUnix, createServerSpec } from "@lxdkit/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createManagerConfig } from "../configuration/manager-config.ts";
import { createContainerManager } from "../container-manager.ts";
import { model } from "../manager-stage.test-support.ts";
import { bridgeNetworkConfig } from "../networks/network-config.ts";
import type { MachineRequest } from "./machine-request.ts";

const network = "10.66.9";
const other = "10.67.9";

/** A machine with a NIC in each of two networks, one of them with addresses of its own. */
const request: MachineRequest = {
  machineId: "2/lxd/0",
  series: "jammy",
  userData: {
    config: { write_files: [{ path: "/root/made", content: "0644" }], runcmd: ["hostname >/root/ran"] },
    documents: ["#cloud-config\nruncmd:\n- echo raw >>/root/ran\n"],
  },
  network: bridgeNetworkConfig("", 0, [
    {
      interfaceName: "eth0",
      interfaceType: "ethernet",
      parentInterfaceName: "mgrstatic",
      configType: "static",
      addresses: [{ value: `${network}.210`, cidr: `${network}.0/24` }],
      gatewayAddress: `${network}.1`,
      dnsServers: [`${network}.53`],
      dnsSearchDomains: ["lab.example"],
      mtu: 1400,
      routes: [{ destinationCidr: "198.51.100.0/24", gatewayIp: `${network}.254`, metric: 50 }],
    },
    {
      interfaceName: "eth1",
      interfaceType: "ethernet",
      parentInterfaceName: "mgrdhcp",
      configType: "dhcp",
      addresses: [{ cidr: `${other}.0/24`, configType: "dhcp" }],
    },
  ]),
};

describeOnServers("machines of the cloud image", ({ flavour }) => {
  const reason = missingBed({ flavours: [flavour], cloudImage: true });
  const suffix = reason === undefined ? "" : ` (not here: ${reason})`;
  const client = flavour === "lxd" ? "lxc" : "incus";

  describe.skipIf(reason !== undefined)(`two NICs, user data${suffix}`, { timeout: 300_000 }, () => {
    let bed: Testbed;
    let server: Server;

    beforeAll(async () => {
      bed = await openTestbed({ flavour, cloudImage: true });
      server = await openServer(connectUnix({ socketPath: bed.socketPath }));
      for (const [name, prefix] of Object.entries({ mgrstatic: network, mgrdhcp: other })) {
        const config = { "ipv4.address": `${prefix}.1/24`, "ipv4.nat": "false", "ipv6.address": "none" };
        await server.client.networks.create({ name, type: "bridge", config });
      }
      const source = createServerSpec({
        host: bed.simplestreams.url,
        protocol: "simplestreams",
        ca: await readFile(bed.simplestreams.certificateFile, "utf8"),
      });
      const image = await server.findImageByAlias("cloud", { sources: [source], local: false });
      await server.copyRemoteImage(image, ["juju/jammy/amd64"]);
    }, 600_000);
    afterAll(async () => {
      await server.close();
      await bed.close();
    });

    test.each(["network-config", "boot-script"] as const)(
      "by %s, as the machine itself sees it",
      async (networkForm) => {
        const manager = createContainerManager(createManagerConfig({ "model-uuid": model }), {
          server,
          imageSources: [],
          cloudInit: { networkForm },
        });
        const made = await manager.createContainer(request, { waitFor: { for: "cloud-init", timeoutMs: 180_000 } });
        const { id } = made.instance;
        const inside = async (command: string): Promise<string> =>
          (await bed.run([client, "exec", id, "--", "sh", "-c", command])).stdout;
        expect(await inside("cat /root/made /root/ran")).toBe(`0644${id}\nraw`);
        expect(await inside("ip -br -4 address show eth0")).toMatch(new RegExp(` ${network}\\.210/24`));
        expect(await inside("ip -br -4 address show eth1")).toMatch(new RegExp(` ${other}\\.\\d+/24`));
        expect(await inside("cat /sys/class/net/eth0/mtu /sys/class/net/eth1/mtu")).toBe("1400\n1500");
        const routes = await inside("ip -4 route");
        expect(routes).toMatch(new RegExp(`^default via ${network}\\.1 dev eth0 `, "m"));
        expect(routes).toMatch(new RegExp(`^198\\.51\\.100\\.0/24 via ${network}\\.254 dev eth0 .*metric 50`, "m"));
        expect(await inside("resolvectl dns eth0; resolvectl domain eth0")).toMatch(
          new RegExp(`: ${network}\\.53\\n.*: lab\\.example`),
        );
        const found = (await made.instance.addresses()).map(({ address, interface: nic }) => [nic, address]);
        expect(found).toContainEqual(["eth0", `${network}.210`]);
        expect((await manager.createContainer(request)).origin).toBe("adopted");
        expect(await manager.destroyContainer(id)).toBe(true);
      },
    );
  });
});
