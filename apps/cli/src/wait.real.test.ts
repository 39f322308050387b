import { fileURLToPath } from "node:url";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers, missingBed } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));
const script = (body: string): string => `#cloud-config\nruncmd:\n- ${body}\n`;

describeOnServers("lxdkit wait", ({ flavour }) => {
  const reason = missingBed({ flavours: [flavour], cloudImage: true });
  const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

  describe.skipIf(reason !== undefined)(`with the cloud image${suffix}`, { timeout: 300_000 }, () => {
    let bed: Testbed;
    const lxdkit = (...args: readonly string[]) =>
      execa(process.execPath, [program, ...args], { reject: false, stdin: "ignore", env: { ...bed.environment } });

    beforeAll(async () => {
      bed = await openTestbed({ flavour, cloudImage: true });
    }, 600_000);
    afterAll(() => bed.close());

    test("when launch returns, the container has an address and a finished cloud-init", async () => {
      const source = ["--source", bed.simplestreams.url];
      const config = ["-c", `user.user-data=${script("[sh, -c, 'echo was here >/root/ran']")}`];
      const launched = await lxdkit("launch", "cloud", "w1", ...source, ...config, "--wait", "cloud-init");
      expect(launched).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^w1 10\./) });
      const client = flavour === "lxd" ? "lxc" : "incus";
      expect((await bed.run([client, "exec", "w1", "--", "cat", "/root/ran"])).stdout).toBe("was here");
      expect((await bed.run([client, "exec", "w1", "--", "cloud-init", "status"])).stdout).toContain("status: done");
      expect((await bed.run([client, "list", "w1", "-c4", "-fcsv"])).stdout).toMatch(/^"?10\./);

      for (const target of ["running", "agent", "cloud-init"]) {
        expect(await lxdkit("wait", "w1", "--for", target)).toMatchObject({ exitCode: 0, stdout: "w1" });
      }
      expect((await lxdkit("wait", "w1", "--for", "ip")).stdout).toMatch(/^w1 10\./);
      const stopped = lxdkit("wait", "w1", "--for", "stopped");
      await bed.run([client, "stop", "w1"]);
      expect(await stopped).toMatchObject({ exitCode: 0, stdout: "w1" });
    });

    test("a script of the user data that fails is reported, with what it wrote", async () => {
      const config = ["-c", `user.user-data=${script("[sh, -c, 'echo no such luck >&2; exit 3']")}`];
      const source = ["--source", bed.simplestreams.url];
      const failed = await lxdkit("launch", "cloud", "w2", ...source, ...config, "--wait", "cloud-init");
      expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
      expect(failed.stderr).toMatch(/^Error: cloud-init failed in w2: .*scripts[-_]user/m);
      expect(failed.stderr).toContain("no such luck");
      expect((await lxdkit("list", "--format", "json")).stdout).not.toContain('"w2"');
    });
  });
});
