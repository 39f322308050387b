import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { findBeds } from "../bed-folder.ts";
import { leftovers, traceBed } from "../crash/leftovers.ts";
import { namesOf } from "../programs.ts";
import { describeOnServers } from "../vitest/index.ts";

const program = fileURLToPath(new URL("../../bin/testbed.js", import.meta.url));

/** A folder of beds of its own, so that the test neither sees nor closes the beds of other programs. */
function newFolder(): string {
  const folder = mkdtempSync("/var/tmp/lxdkit-cli-");
  chmodSync(folder, 0o711);
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

describeOnServers("the program", (server) => {
  const flavour = ["--flavour", server.flavour];
  const { client, directoryVariable } = namesOf[server.flavour];

  test("up, run, status and down work with a lasting bed", async () => {
    const folder = newFolder();
    const call = async (...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> => {
      const env = { LXDKIT_TESTBED_DIR: folder };
      const called = await execa(process.execPath, [program, ...args], { stdin: "ignore", reject: false, env });
      return { exitCode: called.exitCode ?? -1, stdout: called.stdout, stderr: called.stderr };
    };
    const up = await call("up", ...flavour);
    expect(up).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("start the servers") });
    expect(up.stdout).toMatch(new RegExp(`^export ${directoryVariable}=${folder}/`));
    const [bed] = findBeds(folder);
    const trace = traceBed(bed?.directory ?? "");

    // A second up finds the bed of the first.
    expect((await call("up", ...flavour)).stdout).toBe(up.stdout);
    expect((await call("status")).stdout).toContain(`${server.title}, one server; up since 20`);
    const script = `${client} launch tiny c1 --quiet && ${client} list -cn -fcsv; exit 7`;
    expect(await call("run", ...flavour, "--", "sh", "-c", script)).toMatchObject({ exitCode: 7, stdout: "c1" });

    // Its environment is enough for a client program outside of the bed.
    const shell = `${up.stdout}\nexec ${client} list -cn -fcsv`;
    expect((await execa("sh", ["-c", shell], { stdin: "ignore" })).stdout).toBe("c1");

    expect(await call("down")).toMatchObject({ exitCode: 0 });
    expect(await leftovers(trace)).toEqual([]);
    expect(await call("status")).toMatchObject({ stdout: "", stderr: "No test bed is open." });
  });

  test("an interrupted run in a throw-away bed ends its command and leaves nothing", async () => {
    const folder = newFolder();
    const mark = join(folder, "running");
    const args = [program, "run", ...flavour, "--", "sh", "-c", `touch ${mark}; exec sleep 1000`];
    const child = spawn(process.execPath, args, {
      stdio: "ignore",
      env: { ...process.env, LXDKIT_TESTBED_DIR: folder },
    });
    const code = new Promise((resolve) => {
      child.once("exit", resolve);
    });
    await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true);
    const [bed] = findBeds(folder);
    const trace = traceBed(bed?.directory ?? "");
    child.kill("SIGTERM");
    expect(await code).toBe(143);
    expect(await leftovers(trace)).toEqual([]);
  });
});

test("without words it says how it is used, with wrong ones what is wrong", async () => {
  const { stdout } = await execa(process.execPath, [program]);
  expect(stdout).toContain("lxdkit-testbed run [--flavour lxd|incus]");
  const wrong = await execa(process.execPath, [program, "rnu"], { reject: false });
  expect(wrong).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("there is no command rnu") });
});
