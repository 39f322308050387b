import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

describeOnServers("lxdkit push and pull", (real) => {
  const name = "cli-files";
  let folder = "";
  const lxdkit = (args: readonly string[], options: object = {}) =>
    execa(process.execPath, [program, ...args], {
      reject: false,
      stdin: "ignore",
      stripFinalNewline: false,
      cwd: folder,
      env: { ...real.environment },
      ...options,
    });
  const inside = async (script: string): Promise<string> =>
    (await real.run([real.flavour === "lxd" ? "lxc" : "incus", "exec", name, "--", "sh", "-c", script])).stdout;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxdkit-files-"));
    await mkdir(join(folder, "site/empty"), { recursive: true });
    await writeFile(join(folder, "site/index.html"), "<p>hello</p>");
    await writeFile(join(folder, "site/run"), "#!/bin/sh\n", { mode: 0o755 });
    await symlink("index.html", join(folder, "site/latest"));
    await writeFile(join(folder, "one"), "one\n", { mode: 0o640 });
    const { exitCode, stderr } = await lxdkit(["launch", "tiny", name]);
    if (exitCode !== 0) throw new Error(stderr);
  });

  afterAll(async () => {
    await lxdkit(["delete", "--force", name]);
    await rm(folder, { recursive: true });
  });

  test("a file goes to a name or into a directory, with its mode or another", async () => {
    expect(await lxdkit(["push", "one", `${name}/tmp/first`])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(await lxdkit(["push", "one", `${name}/tmp`])).toMatchObject({ exitCode: 0 });
    const deep = ["--create-parents", "--mode", "600", "--uid", "1000", "--gid", "1000"];
    expect(await lxdkit(["push", "one", `${name}/srv/a/b/`, ...deep])).toMatchObject({ exitCode: 0 });
    expect(await inside("cd /; stat -c '%n %a %u' tmp/first tmp/one srv/a/b/one; cat tmp/first")).toBe(
      "tmp/first 640 0\ntmp/one 640 0\nsrv/a/b/one 600 1000\none",
    );
  });

  test("a tree keeps its modes, links and empty folders, there and back", async () => {
    expect(await lxdkit(["push", "site", `${name}/opt`])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--recursive"),
    });
    expect(await lxdkit(["push", "-r", "-p", "site", `${name}/opt/`])).toMatchObject({ exitCode: 0 });
    expect(await inside("cd /opt/site; find . | sort; readlink latest; stat -c %a run")).toBe(
      ".\n./empty\n./index.html\n./latest\n./run\nindex.html\n755",
    );
    expect(await lxdkit(["pull", "-r", `${name}/opt/site`, "back/", "-p"])).toMatchObject({ exitCode: 0 });
    expect((await readdir(join(folder, "back/site"))).toSorted()).toEqual(["empty", "index.html", "latest", "run"]);
    expect(await readlink(join(folder, "back/site/latest"))).toBe("index.html");
    expect((await stat(join(folder, "back/site/run"))).mode & 0o777).toBe(0o755);
  });

  test("standard input and output are files, too", async () => {
    const pushed = await lxdkit(["push", "-", `${name}/tmp/typed`], { stdin: "pipe", input: "typed\n" });
    expect(pushed).toMatchObject({ exitCode: 0 });
    expect(await lxdkit(["pull", `${name}/tmp/typed`, "-"])).toMatchObject({ exitCode: 0, stdout: "typed\n" });
    expect(await lxdkit(["pull", `${name}/tmp/typed`, "here"])).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(folder, "here"), "utf8")).toBe("typed\n");
  });

  test("what cannot be copied is told, and leaves nothing here", async () => {
    for (const args of [
      ["push", "one"],
      ["push", "one", "no-path"],
      ["push", "one", `${name}/tmp/x`, "--mode", "999"],
      ["pull", `${name}/tmp`, "x"],
      ["pull", "-r", `${name}/tmp`, "-"],
      ["push", "-", `${name}/tmp/`],
    ]) {
      expect(await lxdkit(args)).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect(await lxdkit(["push", "missing", `${name}/tmp/x`])).toMatchObject({ exitCode: 3 });
    expect(await lxdkit(["pull", `${name}/tmp/missing`, "x"])).toMatchObject({ exitCode: 3 });
    expect(await lxdkit(["push", "one", "no-such/tmp/x"])).toMatchObject({ exitCode: 3 });
    await expect(stat(join(folder, "x"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});
