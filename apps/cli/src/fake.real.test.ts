import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

// The server is not used: where it is installed, its client is too.
describeOnServers("lxdkit fake for the client that comes with the server, as", ({ flavour }) => {
  const client = flavour === "lxd" ? "lxc" : "incus";

  test("the folder is all that the client needs to know", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lxdkit-cli-"));
    const dir = join(folder, "fake");
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder, LXD_DIR: dir, INCUS_DIR: dir };
    const options = { env, extendEnv: false, stdin: "ignore" } as const;
    const args = ["fake", "--dir", dir, "--flavour", flavour, "--instances", "2", "--https", "127.0.0.1:0"];
    const fake = execa(process.execPath, [program, ...args], options);
    try {
      for await (const line of fake.iterable({ from: "stdout" })) {
        expect(JSON.parse(line)).toMatchObject({ socket: join(dir, "unix.socket") });
        await execa(client, ["launch", "jammy", "n1"], options);
        const list = await execa(client, ["list", "--format", "csv", "--columns", "ns"], options);
        expect(list.stdout).toBe("c1,RUNNING\nc2,RUNNING\nn1,RUNNING");
        fake.kill("SIGTERM");
      }
      expect((await fake).exitCode).toBe(0);
      expect(await readdir(folder)).not.toContain("fake");
    } finally {
      fake.kill("SIGTERM");
      await rm(folder, { recursive: true });
    }
  });
});
