import { expect, test } from "vitest";
import { leftovers, traceBed } from "./crash/leftovers.ts";
import { openTestbed } from "./open-testbed.ts";
import { namesOf } from "./programs.ts";
import { describeOnServers } from "./vitest/index.ts";

describeOnServers("a cluster of three members", (server) => {
  const { client } = namesOf[server.flavour];

  test("places a container on the second member, and leaves nothing", async () => {
    const bed = await openTestbed({ flavour: server.flavour, members: 3 });
    const trace = traceBed(bed.directory);
    try {
      await bed.run([client, "launch", "tiny", "c1", "--target", "m2"]);
      const place = await bed.run([client, "list", "-cnL", "-fcsv"], { member: "m3" });
      expect(place.stdout.trim()).toBe("c1,m2");
      const address = async (): Promise<string> => (await bed.run([client, "list", "-c4", "-fcsv"])).stdout.trim();
      await expect.poll(address, { timeout: 15_000 }).toMatch(/^10\.\d+\.\d+\.\d+ \(eth0\)$/);
      expect(bed.members.map(({ name }) => name)).toEqual(["m1", "m2", "m3"]);
      expect(new Set(bed.members.map(({ serverCertificate }) => serverCertificate)).size).toBe(1);
      const hosts = bed.members.map(({ httpsUrl }) => new URL(httpsUrl).hostname);
      expect(hosts).toEqual(["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    } finally {
      await bed.close();
    }
    await expect.poll(() => leftovers(trace), { timeout: 10_000 }).toEqual([]);
  });
});
