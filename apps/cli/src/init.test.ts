import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

describe.each(["lxd", "incus"] as const)("init with a fake %s", (flavour) => {
  let fake: FakeServer;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxdkit-init-"));
    fake = await startFakeServer({ flavour, initialised: false });
  });

  afterEach(async () => {
    await fake.close();
    await rm(folder, { recursive: true });
  });

  const run = (args: readonly string[], input = "") =>
    execa(process.execPath, [program, "--socket", fake.socketPath, ...args], {
      reject: false,
      extendEnv: false,
      input,
      stripFinalNewline: false,
      env: { PATH: process.env["PATH"] ?? "" },
    });
  const writes = (): number => fake.requests.filter(({ method }) => method !== "GET").length;

  test("--plan shows the steps and changes nothing; --yes does them; then there is nothing to do", async () => {
    const plan = await run(["init", "--plan"]);
    expect(plan.stdout).toContain("1. make the storage pool default\n  why: the server has no storage pool\n");
    expect(plan.stdout).toContain('how: POST /1.0/storage-pools {"name":"default","driver":"dir"}');
    const json = await run(["init", "--plan", "--format", "json"]);
    const { steps } = JSON.parse(json.stdout) as { steps: { id: string }[] };
    expect(steps.map(({ id }) => id)).toEqual([
      "storage pool default",
      expect.stringMatching(/^network (?:lxd|incus)br\d$/),
      "profile default",
    ]);
    expect(writes()).toBe(0);
    // Nobody is there to be asked.
    expect(await run(["init"])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--yes") });
    expect(writes()).toBe(0);
    const done = await run(["init", "--yes"]);
    expect(done).toMatchObject({ exitCode: 0, stdout: "Ready.\n" });
    expect(done.stderr).toContain("1/3 make the storage pool default\n");
    expect((await run(["init", "--plan", "--format", "json"])).stdout).toBe('{"steps":[]}\n');
    expect(await run(["init", "--yes", "--quiet"])).toMatchObject({
      exitCode: 0,
      stdout: "Nothing to do.\n",
      stderr: "",
    });
  }, 60_000);

  test("--preseed reads a file or standard input, --dump gives it back", async () => {
    const file = join(folder, "host.yaml");
    await writeFile(file, "profiles: [{name: small, config: {limits.cpu: 2}}]\n");
    expect(await run(["init", "--yes", "--preseed", file])).toMatchObject({ exitCode: 0, stdout: "Ready.\n" });
    const { stdout: dump } = await run(["init", "--dump"]);
    expect(dump).toContain("name: small");
    expect(await run(["init", "--preseed", "-", "--plan"], dump)).toMatchObject({ stdout: "Nothing to do.\n" });
    const bad = await run(["init", "--yes", "--preseed", "-"], "networks:\n- name: a\n  colour: red\n");
    expect(bad).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("line 3, networks[0].colour") });
  }, 60_000);

  test("doctor tells what is missing and how to mend it, and ends with 0 once it is mended", async () => {
    const sick = await run(["doctor", "--format", "json"]);
    const { findings } = JSON.parse(sick.stdout) as { findings: { id: string; command: string }[] };
    expect(sick.exitCode).toBe(5);
    expect(findings.slice(0, 2)).toMatchObject([
      { id: "no-storage-pool", command: "lxdkit init" },
      { id: "no-nic", command: "lxdkit init" },
    ]);
    await run(["init", "--yes", "--quiet"]);
    const { stdout } = await run(["doctor"]);
    expect(stdout).not.toMatch(/storage|network/);
  }, 60_000);
});
