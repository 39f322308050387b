import { link, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FakeServer, startFakeServer, startSimplestreamsHost } from "@lxdkit/testing";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

/** Starts the program with nothing of this process's environment but the path. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    stdin: "ignore",
    stripFinalNewline: false,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
}

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
});

afterEach(() => fake.close());

async function run(
  ...args: readonly string[]
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await start(args, { LXD_SOCKET: fake.socketPath });
  return { exitCode, stdout, stderr };
}

async function names(): Promise<string[]> {
  const { stdout } = await run("list", "--format", "json");
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

test("launch prints what can be reached on stdout and its progress on stderr", async () => {
  const one = await run("launch", "tiny", "c1", "--wait", "ip");
  expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^c1 10\.[\d.]+.*\n$/) });
  expect(one.stderr).toContain("c1: running\n");

  const two = await run("launch", "tiny", "c2", "c3", "--quiet");
  expect(two).toMatchObject({ exitCode: 0, stderr: "" });
  expect(two.stdout.split("\n").toSorted()).toEqual(["", "c2", "c3"]);

  const json = await run("launch", "tiny", "--format", "json");
  expect(JSON.parse(json.stdout)).toMatchObject([{ status: "Running" }]);
});

test("list shows a table, and the server's own objects with their state as JSON", async () => {
  await run("launch", "tiny", "c1", "--wait", "ip");
  const table = await run("list");
  expect(table.stdout).toMatch(/NAME.*STATE.*IPV4/);
  expect(table.stdout).toMatch(/c1 .*RUNNING.*10\.[\d.]+ \(eth0\).*CONTAINER/);
  const json = await run("list", "--format", "json");
  expect(JSON.parse(json.stdout)).toMatchObject([
    { name: "c1", status_code: 103, expanded_devices: { root: { type: "disk" } }, state: { network: { eth0: {} } } },
  ]);
});

test("a reader that goes away does not end a launch half-way", async () => {
  const child = start(["launch", "tiny", "c1", "c2", "c3", "--parallel", "1"], { LXD_SOCKET: fake.socketPath });
  child.stdout.destroy();
  child.stderr.destroy();
  expect((await child).exitCode).toBe(0);
  expect(await names()).toEqual(["c1", "c2", "c3"]);
});

test("delete takes several names, and tells of each that failed", async () => {
  await run("launch", "tiny", "c1", "c2", "c3");
  expect(await run("delete", "c1")).toMatchObject({
    exitCode: 5,
    stdout: "",
    stderr: expect.stringContaining("Hint:"),
  });
  const bulk = await run("delete", "--force", "c1", "nobody", "c2", "noone");
  expect(bulk).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/no instance named nobody[^]*named noone/) });
  expect(bulk.stdout.split("\n").toSorted()).toEqual(["", "c1", "c2"]);
  expect(await names()).toEqual(["c3"]);
});

test("a name that is taken leaves the container as it is", async () => {
  await run("launch", "tiny", "c1");
  expect(await run("launch", "tiny", "c1", "c2")).toMatchObject({
    exitCode: 4,
    stdout: "c2\n",
    stderr: expect.stringContaining("already an instance named c1"),
  });
  expect(await names()).toEqual(["c1", "c2"]);
});

test("an unknown image: the places that were looked at and their causes", async () => {
  expect(await run("launch", "nope", "c1")).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("own images"),
  });
  await using host = await startSimplestreamsHost();
  const untrusted = await run("launch", "jammy", "c1", "--source", host.url);
  expect(untrusted).toMatchObject({ exitCode: 6, stderr: expect.stringContaining("NODE_EXTRA_CA_CERTS") });
  expect(untrusted.stderr).toContain(host.url);
  expect(await names()).toEqual([]);
});

test.each([
  [["launch", "tiny", "a_b"]],
  [["launch", "tiny", "1".repeat(5)]],
  [["launch", "tiny", "c1", "--wait", "forever"]],
  [["launch", "tiny", "c1", "--parallel", "0"]],
  [["launch", "tiny", "c1", "-c", "novalue"]],
  [["launch", "tiny", "c1", "c1"]],
  [["launch", "tiny", "c1", "--source", "ftp://x"]],
  [["launch", "tiny", "c1", "--source", "x"]],
  [["launch", "tiny", "c1", "--timeout", "2147484"]],
  [["delete", ""]],
  [["delete", ".."]],
  [["launch"]],
  [["delete"]],
  [["list", "--format", "xml"]],
  [["lanuch"]],
  [[]],
])("%j is wrong usage", async (args) => {
  const before = fake.requests.length;
  expect(await run(...args)).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringMatching(/./) });
  expect(fake.requests).toHaveLength(before);
});

test("a mistyped command is suggested; help and version go to stdout", async () => {
  expect((await run("lanch")).stderr).toContain("Did you mean launch?");
  expect(await run("launch", "--help")).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("Examples:"),
    stderr: "",
  });
  expect(await run("--version")).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test("a start that fails leaves nothing", async () => {
  fake.failOperation({ description: "Starting instance", err: "no such init" });
  expect(await run("launch", "tiny", "c1")).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringContaining("no such init"),
  });
  expect(await names()).toEqual([]);
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s during a launch removes what was made", async (signal) => {
  await fake.close();
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], leaseMs: 3_600_000 });
  const child = start(["launch", "tiny", "c1", "c2", "--wait", "ip"], { LXD_SOCKET: fake.socketPath });
  for await (const line of child.iterable({ from: "stderr" })) {
    if (line === "c2: waiting for an address") child.kill(signal);
  }
  expect(await child).toMatchObject({ exitCode: 130, stdout: "", stderr: expect.stringContaining("interrupted") });
  expect(await names()).toEqual([]);
});

test("Ctrl-C also removes those of a launch that ran already, and tells what could not be removed", async () => {
  await fake.close();
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], bootMs: 50 });
  const child = start(["launch", "tiny", "c1", "c2", "c3", "--parallel", "1"], { LXD_SOCKET: fake.socketPath });
  const refusals = 6;
  for await (const line of child.iterable({ from: "stderr" })) {
    if (line !== "c2: starting") continue;
    for (let at = 0; at < refusals; at += 1) {
      fake.failRequest({ method: "DELETE", path: "/1.0/instances/c2", status: 500, error: "dataset is busy" });
    }
    child.kill("SIGINT");
  }
  const { exitCode, stderr } = await child;
  expect(exitCode).toBe(130);
  expect(stderr).toContain("the container c2 could not be removed");
  expect(stderr).toContain("dataset is busy");
  expect(await names()).toEqual(["c2"]);
}, 20_000);

test("a launch of several as JSON prints those that run, and fails for the others", async () => {
  await run("launch", "tiny", "c1");
  const { exitCode, stdout } = await run("launch", "tiny", "c1", "c2", "--format", "json");
  expect(exitCode).toBe(4);
  expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(["c2"]);
});

test("a second Ctrl-C leaves at once", async () => {
  await fake.close();
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], leaseMs: 3_600_000, stopMs: 3_600_000 });
  const child = start(["launch", "tiny", "c1", "--wait", "ip"], { LXD_SOCKET: fake.socketPath });
  for await (const line of child.iterable({ from: "stderr" })) {
    if (line === "c1: waiting for an address" || line === "c1: removing what was made") child.kill("SIGINT");
  }
  expect((await child).exitCode).toBe(130);
});

test("no server: each way in which a socket fails has its own words", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-cli-"));
  try {
    const missing = await start(["list", "--socket", join(folder, "none")]);
    expect(missing).toMatchObject({ exitCode: 6, stderr: expect.stringContaining(join(folder, "none")) });

    const dead = join(folder, "dead");
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(dead, resolve);
    });
    // A process that was killed leaves its socket behind; a hard link survives the orderly end of this one.
    await link(dead, join(folder, "left"));
    await new Promise((resolve) => server.close(resolve));
    const refused = await start(["list"], { LXD_SOCKET: join(folder, "left") });
    expect(refused).toMatchObject({
      exitCode: 6,
      stderr: expect.stringMatching(/nobody answers[^]*Hint: .*not running/),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the demo shows the main job from connecting to deleting, alike on both families", async () => {
  const shown = async (...args: readonly string[]): Promise<string> => {
    const { exitCode, stdout } = await start(["demo", ...args]);
    expect(exitCode).toBe(0);
    return stdout;
  };
  const [usual, lxd, incus] = await Promise.all([shown(), shown("--flavour", "lxd"), shown("--flavour", "incus")]);
  for (const text of ["1. Connect", "LXD 5.0.2", "c1: reachable at 10.", "RUNNING", "left on the server: nothing"]) {
    expect(usual).toContain(text);
  }
  expect(incus).toContain("Incus 6.0.4");
  // Addresses and the folder of the socket differ from one run to the next.
  const alike = (text: string): string =>
    text
      .replaceAll(/Incus 6\.0\.4|LXD 5\.0\.2/g, "SERVER")
      .replaceAll(/^The same as .*$/gm, "OTHER")
      .replaceAll(/lxdkit-fake-\w+/g, "FOLDER")
      .replaceAll(/\b10(?:\.\d+){3}/g, "IPV4")
      .replaceAll(/\bfd42:[0-9a-f:]+/g, "IPV6")
      .replaceAll(/─{2,}/g, "─")
      .replaceAll(/ {2,}(?=│)/g, " ");
  expect(alike(incus)).toBe(alike(lxd));
  expect(alike(usual)).toBe(alike(lxd));
});
