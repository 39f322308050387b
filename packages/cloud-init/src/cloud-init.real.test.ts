import type { InterfaceInfo } from "@lxdkit/protocol";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers, missingBed } from "@lxdkit/testbed/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloudInitConfig, type CloudInitConfigOptions } from "./cloud-init-config.ts";
import type { UserDataInput } from "./user-data/build-user-data.ts";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9xdKgOnT0ZMcnn2YQ3pB1yY7mJ1m6aO3v0Q5b2h3kF someone@here";

const userData: UserDataInput = {
  config: {
    users: ["default", { name: "worker", gecos: "yes", shell: "/bin/sh", ssh_authorized_keys: [key] }],
    timezone: "Etc/GMT-3",
    write_files: [
      { path: "/root/made/mode", content: "1:30\n\n  'quoted' \"too\" ä\n", permissions: "0640", owner: "root:root" },
      { path: "/root/made/octal", content: "0644" },
    ],
    bootcmd: ["echo bootcmd >>/root/order"],
    runcmd: [
      ["sh", "-c", "printf '%s ' \"$@\" >/root/words", "sh", "yes", "0644", "1e3", "1:30", "a b"],
      "echo runcmd >>/root/order",
    ],
  },
  proxies: { http: "http://10.0.0.1:3128", noProxy: ["localhost", "10.0.0.0/8"] },
  documents: [
    "#cloud-config\nwrite_files:\n- path: /root/made/raw\n  permissions: 0600\n  content: raw\nruncmd:\n- echo raw >>/root/order\n",
  ],
};

/** Of other kinds: cloud-init gets several parts. */
const scripts: readonly string[] = [
  "#!/bin/sh\necho 'first ä' >>/root/order\n",
  "## template: jinja\n#!/bin/sh\necho {{ v1.local_hostname }} >/root/template\n",
  "## template: jinja\n#cloud-config\nruncmd:\n- echo {{ v1.local_hostname }} >>/root/order\n",
  "#cloud-boothook\n#!/bin/sh\necho hook >/root/hook\n",
];

function interfacesIn(network: string): readonly InterfaceInfo[] {
  return [
    {
      interfaceName: "eth0",
      interfaceType: "ethernet",
      macAddress: "00:16:3e:10:20:30",
      configType: "static",
      addresses: [
        { value: `${network}.210`, cidr: `${network}.0/24` },
        { value: "fd77::210", cidr: "fd77::/64" },
      ],
      gatewayAddress: `${network}.1`,
      dnsServers: [`${network}.53`],
      dnsSearchDomains: ["lab.example"],
      mtu: 1400,
      routes: [{ destinationCidr: "198.51.100.0/24", gatewayIp: `${network}.254`, metric: 50 }],
    },
    { interfaceName: "eth1", macAddress: "00:16:3e:10:20:31", configType: "dhcp", mtu: 1500 },
  ];
}

describeOnServers("cloud-init", ({ flavour }) => {
  const reason = missingBed({ flavours: [flavour], cloudImage: true });
  const suffix = reason === undefined ? "" : ` (not here: ${reason})`;
  const client = flavour === "lxd" ? "lxc" : "incus";

  describe.skipIf(reason !== undefined)(`with the cloud image${suffix}`, { timeout: 400_000 }, () => {
    let bed: Testbed;
    const inside = async (name: string, command: string): Promise<string> =>
      (await bed.run([client, "exec", name, "--", "sh", "-c", command])).stdout;

    /** Makes a container with a NIC in each of two networks, and gives the verdict of its cloud-init. */
    const launch = async (
      name: string,
      network: number,
      input: UserDataInput,
      options: CloudInitConfigOptions = {},
    ) => {
      const interfaces = interfacesIn(`10.66.${String(network)}`);
      const config = cloudInitConfig({ userData: input, interfaces }, options);
      const pairs = Object.entries(config).flatMap(([one, value]) => ["-c", `${one}=${value}`]);
      await bed.run([client, "init", "bed:cloud", name, ...pairs]);
      for (const [index, { interfaceName, macAddress = "" }] of interfaces.entries()) {
        const bridge = `cinit-${name}${String(index)}`;
        const subnet = `ipv4.address=10.${String(66 + index)}.${String(network)}.1/24`;
        await bed.run([client, "network", "create", bridge, subnet, "ipv6.address=none"]);
        const nic = ["nictype=bridged", `parent=${bridge}`, `name=${interfaceName}`, `hwaddr=${macAddress}`];
        await bed.run([client, "config", "device", "add", name, interfaceName, "nic", ...nic]);
      }
      // Without network config this image waits two minutes for a network before cloud-init goes on.
      const unit = "etc/systemd/system/systemd-networkd-wait-online.service.d/short.conf";
      const short = "[Service]\nExecStart=\nExecStart=/lib/systemd/systemd-networkd-wait-online --timeout=5\n";
      await bed.run(["sh", "-c", `printf '${short}' | ${client} file push --create-dirs - ${name}/${unit}`]);
      await bed.run([client, "start", name]);
      const waiting = [client, "exec", name, "--", "cloud-init", "status", "--wait"];
      return (await bed.run(waiting, { timeoutMs: 200_000 })).stdout;
    };

    const seesItsNetwork = async (name: string, third: number): Promise<void> => {
      const network = `10.66.${String(third)}`;
      const addresses = await inside(name, "ip -br address show eth0; ip -br -4 address show eth1");
      expect(addresses).toContain(`${network}.210/24`);
      expect(addresses).toContain("fd77::210/64");
      expect(addresses).toMatch(new RegExp(`^eth1\\S* +UP +${network.replace("10.66", "10.67")}\\.\\d+/24`, "m"));
      expect(await inside(name, "cat /sys/class/net/eth0/mtu /sys/class/net/eth1/mtu")).toBe("1400\n1500");
      const routes = await inside(name, "ip -4 route");
      expect(routes).toMatch(new RegExp(`^default via ${network}\\.1 dev eth0 `, "m"));
      expect(routes).toMatch(new RegExp(`^198\\.51\\.100\\.0/24 via ${network}\\.254 dev eth0 .*metric 50`, "m"));
      expect(await inside(name, "resolvectl dns eth0; resolvectl domain eth0")).toMatch(
        new RegExp(`: ${network}\\.53\\n.*: lab\\.example`),
      );
    };

    beforeAll(async () => {
      bed = await openTestbed({ flavour, cloudImage: true });
    }, 600_000);
    afterAll(() => bed.close());

    test("user data and network config take effect", async () => {
      const status = await launch("form", 1, userData);
      expect(status).toContain("status: done");
      await seesItsNetwork("form", 1);
      expect(await inside("form", "cd /root/made; cat mode octal raw; stat -c '%a %n' mode octal raw")).toBe(
        "1:30\n\n  'quoted' \"too\" ä\n0644raw640 mode\n644 octal\n600 raw",
      );
      expect(await inside("form", "cat /root/words /root/order")).toBe("yes 0644 1e3 1:30 a b bootcmd\nruncmd\nraw");
      expect(await inside("form", "getent passwd worker | cut -d: -f1,5,7; cat ~worker/.ssh/authorized_keys")).toBe(
        `worker:yes:/bin/sh\n${key}`,
      );
      expect(await inside("form", "readlink /etc/localtime; grep -i proxy /etc/environment")).toBe(
        [
          "/usr/share/zoneinfo/Etc/GMT-3",
          'http_proxy="http://10.0.0.1:3128"',
          'HTTP_PROXY="http://10.0.0.1:3128"',
          'no_proxy="localhost,10.0.0.0/8"',
          'NO_PROXY="localhost,10.0.0.0/8"',
        ].join("\n"),
      );
    });

    test("the boot script has the same effect, also at the next boot", async () => {
      const options = { networkForm: "boot-script", keys: "cloud-init" } as const;
      const status = await launch("script", 2, userData, options);
      expect(status).toContain("status: done");
      await seesItsNetwork("script", 2);
      expect(await inside("script", "cat /root/order; ls /etc/netplan")).toBe("bootcmd\nruncmd\nraw\n99-juju.yaml");
      await bed.run([client, "restart", "script"]);
      await bed.run([client, "exec", "script", "--", "cloud-init", "status", "--wait"], { timeoutMs: 180_000 });
      await seesItsNetwork("script", 2);
    });

    test("documents of several kinds take effect", async () => {
      const documents = [...(userData.documents ?? []), ...scripts];
      const status = await launch("parts", 3, { ...userData, documents });
      expect(status).toContain("status: done");
      expect(await inside("parts", "cat /root/template /root/hook /root/order")).toBe(
        "parts\nhook\nbootcmd\nfirst ä\nruncmd\nraw\nparts",
      );
    });
  });
});
