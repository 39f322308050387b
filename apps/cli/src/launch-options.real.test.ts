import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instance } from "@lxdkit/protocol";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

describeOnServers("lxdkit launch with options", (real) => {
  const lxdkit = (...args: readonly string[]) =>
    execa(process.execPath, [program, ...args], { reject: false, stdin: "ignore", env: { ...real.environment } });
  const other = real.flavour === "lxd" ? "lxc" : "incus";
  const bridge = real.flavour === "lxd" ? "lxdbr0" : "incusbr0";

  test("constraints, devices, files, a network and a pool: the server's own client shows them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lxdkit-launch-"));
    try {
      const userData = join(folder, "user.yaml");
      await writeFile(userData, "#cloud-config\n{}\n");
      const wanted = ["--user-data", userData, "-c", "user.x=1", "--constraints", "cores=1 mem=128M root-disk=1G"];
      const devices = ["-d", "data,type=disk,source=/tmp,path=/mnt/data", "-d", "root,limits.read=30MB"];
      const places = ["--network", bridge, "--storage", "default"];
      const names = ["e-opt-1", "e-opt-2"];
      const launched = await lxdkit("launch", "tiny", ...names, ...wanted, ...devices, ...places, "--wait", "ip");
      expect(launched).toMatchObject({ exitCode: 0 });
      const { stdout } = await real.run([other, "list", "e-opt-", "--format", "json"]);
      const listed = JSON.parse(stdout) as Instance[];
      expect(listed.map(({ name, status }) => [name, status])).toEqual(names.map((name) => [name, "Running"]));
      for (const { config, devices: own } of listed) {
        expect(config).toMatchObject({
          "limits.cpu": "1",
          "limits.memory": "128MiB",
          "user.x": "1",
          "user.user-data": "#cloud-config\n{}\n",
        });
        expect(own).toEqual({
          data: { type: "disk", source: "/tmp", path: "/mnt/data" },
          eth0: { type: "nic", name: "eth0", network: bridge },
          root: { type: "disk", path: "/", pool: "default", "limits.read": "30MB", size: "1024MiB" },
        });
      }
      const begun = await lxdkit("delete", "--stop", "--timeout", "5", ...names, "--quiet");
      expect(begun).toMatchObject({ exitCode: 0 });
      expect(begun.stdout.split("\n").toSorted()).toEqual(names);
    } finally {
      await rm(folder, { recursive: true });
      await lxdkit("delete", "--force", "e-opt-1", "e-opt-2", "--quiet");
    }
  });

  test("what is wrong is told, and nothing is left", async () => {
    const cases: readonly (readonly [args: readonly string[], exitCode: number, text: string])[] = [
      [["--network", "e-none"], 3, bridge],
      [["--storage", "e-none"], 3, "default"],
      [["--constraints", "arch=s390x"], 2, "s390x"],
      [["--target", "m1"], 5, "in no cluster"],
    ];
    for (const [args, exitCode, text] of cases) {
      const { stderr, ...rest } = await lxdkit("launch", "tiny", "e-opt-3", ...args);
      expect(rest).toMatchObject({ exitCode, stdout: "" });
      expect(stderr).toContain(text);
    }
    const stopped = await lxdkit("launch", "tiny", "e-opt-3", "--no-start", "--format", "json", "--quiet");
    expect(JSON.parse(stopped.stdout)).toMatchObject([{ name: "e-opt-3", status: "Stopped" }]);
    expect(await lxdkit("delete", "e-opt-3")).toMatchObject({ exitCode: 0 });
  });
});
