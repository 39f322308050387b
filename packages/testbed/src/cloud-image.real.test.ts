import { expect, test } from "vitest";
import { openTestbed } from "./open-testbed.ts";
import { namesOf } from "./programs.ts";
import { describeOnServers, missingBed } from "./vitest/index.ts";

const userData = "#cloud-config\nruncmd:\n- echo was here >/root/ran\n";
const networkConfig = "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n    mtu: 1400\n";

const reason = missingBed({ flavours: ["lxd"], cloudImage: true });
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

describeOnServers("the cloud image", (server) => {
  const { client } = namesOf[server.flavour];

  test.skipIf(reason !== undefined)(
    `takes user data and network configuration from the container${suffix}`,
    { timeout: 600_000 },
    async () => {
      await using bed = await openTestbed({ flavour: server.flavour, cloudImage: true });
      const config = ["-c", `user.user-data=${userData}`, "-c", `user.network-config=${networkConfig}`];
      await bed.run([client, "launch", "bed:cloud", "c1", ...config]);
      const status = await bed.run([client, "exec", "c1", "--", "cloud-init", "status", "--wait"], {
        timeoutMs: 120_000,
      });
      expect(status.stdout).toContain("status: done");
      expect((await bed.run([client, "exec", "c1", "--", "cat", "/root/ran"])).stdout).toBe("was here");
      const device = await bed.run([client, "exec", "c1", "--", "cat", "/sys/class/net/eth0/mtu", "/etc/hostname"]);
      expect(device.stdout).toBe("1400\nc1");
    },
  );
});
