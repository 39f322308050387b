import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

describeOnServers("lxdkit remote", (real) => {
  const other = real.flavour === "lxd" ? "lxc" : "incus";

  /** The program with a configuration of its own, and nothing that names a local server. */
  async function withFolder() {
    const home = await mkdtemp(join(tmpdir(), "lxdkit-remote-"));
    onTestFinished(() => rm(home, { recursive: true }));
    const env = { PATH: process.env["PATH"] ?? "", HOME: home, LXDKIT_CONF: join(home, "conf") };
    const lxdkit = (...args: readonly string[]) =>
      execa(process.execPath, [program, ...args], { reject: false, stdin: "ignore", extendEnv: false, env });
    return { home, folder: join(home, "conf"), lxdkit };
  }

  async function newToken(name: string): Promise<string> {
    const add = ["config", "trust", "add", ...(real.flavour === "lxd" ? ["--name", name] : [name]), "-q"];
    const { stdout } = await real.run([other, ...add]);
    return stdout.trim().split("\n").at(-1) ?? "";
  }

  test("a token made by the server's own program adds it, pinned and trusted; then commands work on it", async () => {
    const { folder, lxdkit } = await withFolder();
    const added = await lxdkit("remote", "add", "shop", await newToken("cli-remote"));
    expect(added).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^shop https:\/\/.+:\d+$/) });
    expect((await stat(join(folder, "client.key"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, "servercerts", "shop.crt"), "utf8")).toBe(real.serverCertificate);

    const name = `cli-remote-${real.flavour}`;
    const launched = await lxdkit("--remote", "shop", "launch", "tiny", name, "--wait", "ip");
    expect(launched).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/ 10\.[\d.]+/) });
    expect((await real.run([other, "list", name, "--format", "csv", "--columns", "s"])).stdout).toMatch(/RUNNING/);
    expect(await lxdkit("delete", "--remote", "shop", "--force", name)).toMatchObject({ exitCode: 0 });

    const twice = await lxdkit("remote", "add", "shop", "127.0.0.1");
    expect(twice).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("already") });
    const listed = JSON.parse((await lxdkit("remote", "list", "--format", "json")).stdout) as { name: string }[];
    expect(listed.map((remote) => remote.name)).toEqual(expect.arrayContaining(["shop", "lxc:local", "incus:local"]));
    expect(await lxdkit("remote", "remove", "shop")).toMatchObject({ exitCode: 0, stdout: "shop" });
    expect(await readdir(join(folder, "servercerts"))).toEqual([]);
    expect(await lxdkit("--remote", "shop", "list")).toMatchObject({ exitCode: 3 });
  });

  test("a token that was used is refused, and nothing is stored", async () => {
    const first = await withFolder();
    const token = await newToken("cli-used");
    expect(await first.lxdkit("remote", "add", "shop", token)).toMatchObject({ exitCode: 0 });
    const second = await withFolder();
    const refused = await second.lxdkit("remote", "add", "shop", token);
    expect(refused).toMatchObject({ exitCode: 7, stdout: "" });
    expect(refused.stderr).not.toContain(token.slice(0, 40));
    expect(await second.lxdkit("remote", "remove", "shop")).toMatchObject({ exitCode: 3 });
  });

  test("an address needs the right fingerprint, or the word that any is right", async () => {
    const { folder, lxdkit } = await withFolder();
    const unsure = await lxdkit("remote", "add", "shop", real.httpsUrl);
    expect(unsure).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("--fingerprint") });
    const [fingerprint] = /[0-9a-f]{64}/.exec(unsure.stderr) ?? [];
    const wrong = await lxdkit("remote", "add", "shop", real.httpsUrl, "--fingerprint", "0".repeat(64));
    expect(wrong).toMatchObject({ exitCode: 7, stderr: expect.stringContaining("another certificate") });
    await expect(stat(folder)).rejects.toMatchObject({ code: "ENOENT" });

    const right = await lxdkit("remote", "add", "shop", real.httpsUrl, "--fingerprint", String(fingerprint));
    expect(right).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("does not trust this client yet") });
    expect(await lxdkit("--remote", "shop", "list")).toMatchObject({ exitCode: 7 });
    await real.trust(await readFile(join(folder, "client.crt"), "utf8"), { name: "cli-address" });
    expect(await lxdkit("--remote", "shop", "list", "--format", "json")).toMatchObject({ exitCode: 0 });
    expect(await lxdkit("remote", "add", "again", real.httpsUrl, "--accept-certificate")).toMatchObject({
      exitCode: 0,
    });
  });

  test("wrong input is refused before anything is sent", async () => {
    const { lxdkit } = await withFolder();
    for (const args of [
      ["remote", "add", "../x", "127.0.0.1"],
      ["remote", "add", "shop", "127.0.0.1:99999"],
      ["remote", "add", "shop", "127.0.0.1", "--fingerprint", "abc"],
      ["remote", "add", "shop"],
      ["--remote", "shop", "--socket", "/s", "list"],
    ]) {
      expect(await lxdkit(...args)).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect(await lxdkit("--remote", "nowhere", "list")).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/There are: .*lxc:local/),
    });
  });
});
