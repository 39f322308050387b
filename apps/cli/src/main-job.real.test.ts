import { fileURLToPath } from "node:url";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

describeOnServers("lxdkit", (real) => {
  const lxdkit = (...args: readonly string[]) =>
    execa(process.execPath, [program, ...args], { reject: false, stdin: "ignore", env: { ...real.environment } });
  const other = real.flavour === "lxd" ? "lxc" : "incus";

  test("launches from a simplestreams host, which the server itself downloads from", async () => {
    const source = real.simplestreamsUrl;
    const launched = await lxdkit("launch", "jammy", "cli-1", "cli-2", "--source", source, "--wait", "ip");
    expect(launched).toMatchObject({ exitCode: 0 });
    const [, address] = /^cli-1 ([\d.]+)/m.exec(launched.stdout) ?? [];
    expect(address).toMatch(/^10\./);

    const theirs = await real.run([other, "list", "--format", "json"]);
    const listed = (JSON.parse(theirs.stdout) as { name: string; status: string; state: unknown }[]).find(
      ({ name }) => name === "cli-1",
    );
    expect(listed?.status).toBe("Running");
    expect(JSON.stringify(listed?.state)).toContain(`"${String(address)}"`);

    const ours = await lxdkit("list", "--format", "json");
    expect(JSON.parse(ours.stdout)).toEqual(expect.arrayContaining([expect.objectContaining({ name: "cli-2" })]));

    expect(await lxdkit("delete", "--force", "cli-1", "cli-2")).toMatchObject({ exitCode: 0 });
    const after = await real.run([other, "list", "--format", "csv", "--columns", "n"]);
    expect(after.stdout).not.toMatch(/^cli-/m);
  });

  test("Ctrl-C during a launch of several leaves none of them", async () => {
    const child = lxdkit("launch", "tiny", "int-1", "int-2", "int-3", "--wait", "ip");
    // Once only: a second one makes the program leave at once.
    let isTold = false;
    for await (const line of child.iterable({ from: "stderr" })) {
      if (isTold || !line.endsWith(": starting")) continue;
      child.kill("SIGINT");
      isTold = true;
    }
    expect((await child).exitCode).toBe(130);
    const { stdout } = await lxdkit("list", "--format", "json");
    expect((JSON.parse(stdout) as { name: string }[]).filter(({ name }) => name.startsWith("int-"))).toEqual([]);
  });
});
