import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFakeServer } from "@lxdkit/testing";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

let folder: string;
let dir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-cli-"));
  dir = join(folder, "made", "fake");
});

afterEach(() => rm(folder, { recursive: true }));

function start(...args: readonly string[]) {
  return execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    stdin: "ignore",
    env: { PATH: process.env["PATH"] ?? "", LXD_DIR: dir },
  });
}

/** Starts a fake, hands what it told to `use` once it listens, and ends it. */
async function withFake(args: readonly string[], use: (told: Told) => Promise<void>, end: NodeJS.Signals = "SIGTERM") {
  const child = start("fake", "--dir", dir, ...args);
  for await (const line of child.iterable({ from: "stdout" })) {
    await use(JSON.parse(line) as Told).finally(() => child.kill(end));
  }
  return await child;
}

interface Told {
  readonly socket: string;
  readonly url: string | null;
  readonly certificate: string;
}

async function names(): Promise<string[]> {
  const { stdout } = await start("list", "--format", "json");
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
}

test.each(["SIGINT", "SIGTERM"] as const)("the fake lives until %s and leaves nothing", async (signal) => {
  const use = async (told: Told): Promise<void> => {
    expect(told).toEqual({ socket: join(dir, "unix.socket"), url: null, certificate: join(dir, "server.crt") });
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    expect(await readFile(told.certificate, "utf8")).toContain("BEGIN CERTIFICATE");
    expect(await start("launch", "jammy", "n1", "--quiet")).toMatchObject({ exitCode: 0, stdout: "n1" });
    expect(await names()).toEqual(["n1"]);
  };
  expect(await withFake([], use, signal)).toMatchObject({ exitCode: 0 });
  expect(await readdir(folder)).toEqual([]);
});

test("it listens for HTTPS, plays Incus and has running containers from the start", async () => {
  const { exitCode } = await withFake(
    ["--https", "127.0.0.1:0", "--flavour", "incus", "--instances", "3"],
    async ({ url }) => {
      expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      expect(await names()).toEqual(["c1", "c2", "c3"]);
      const server = await start("api", "GET", "/1.0");
      expect(JSON.parse(server.stdout)).toMatchObject({ environment: { server: "incus" } });
    },
  );
  expect(exitCode).toBe(0);
});

test("it can be a cluster, which outlives it in a state file too", async () => {
  const state = join(folder, "state.json");
  const members = async (): Promise<unknown> =>
    JSON.parse((await start("api", "GET", "/1.0/cluster/members")).stdout) as unknown;
  const all = ["a", "b", "c"].map((name) => `/1.0/cluster/members/${name}`);
  await withFake(["--members", "a,b,c", "--state", state], async ({ url }) => {
    expect(url).toMatch(/^https:/);
    expect(await members()).toEqual(all);
  });
  await withFake(["--state", state], async () => {
    expect(await members()).toEqual(all);
  });
});

test("what it keeps outlives it in a state file", async () => {
  const state = join(folder, "state.json");
  await withFake(["--state", state, "--flavour", "incus", "--instances", "1"], async () => {
    await start("launch", "jammy", "n1");
  });
  await withFake(["--state", state, "--instances", "5"], async () => {
    expect(await names()).toEqual(["c1", "n1"]);
    await start("delete", "--force", "c1");
  });
  await withFake(["--state", state], async () => {
    expect(await names()).toEqual(["n1"]);
  });
  expect(await start("fake", "--dir", dir, "--state", state, "--flavour", "lxd")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("flavour incus"),
  });
  expect(await readdir(folder)).toEqual(["state.json"]);
});

test("a state that cannot be saved is a failure, and the folder goes away nevertheless", async () => {
  const place = join(folder, "place");
  await mkdir(place);
  const { exitCode, stderr } = await withFake(["--state", join(place, "state.json")], () =>
    rm(place, { recursive: true }),
  );
  expect(exitCode).toBe(1);
  expect(stderr).toContain("cannot be saved");
  expect(await readdir(folder)).toEqual([]);
});

test("a socket that a killed fake left is in nobody's way, and what is not the fake's stays", async () => {
  await withFake([], async () => undefined, "SIGKILL");
  expect(existsSync(join(dir, "unix.socket"))).toBe(true);
  await writeFile(join(dir, "mine"), "");
  expect(await withFake([], async () => undefined)).toMatchObject({ exitCode: 0 });
  expect(await readdir(dir)).toEqual(["mine"]);
});

test("a folder in which a server lives is taken", async () => {
  await using other = await startFakeServer({ directory: dir });
  expect(await start("fake", "--dir", dir)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("Hint:") });
  await expect(stat(other.socketPath)).resolves.toBeTruthy();
});

test("what is wrong is told, and nothing is left", async () => {
  const file = join(folder, "file");
  await writeFile(file, "{");
  await chmod(file, 0o600);
  const cases = [
    [["--dir", file], 1, /is no folder[^]*Hint:/],
    [["--dir", join(file, "below")], 1, /is no folder[^]*Hint:/],
    [["--dir", join(folder, "x".repeat(108))], 2, /too long[^]*107 bytes/],
    [["--dir", dir, "--state", file], 1, /is no JSON[^]*Hint:/],
    [["--dir", dir, "--state", folder], 1, /cannot be read \(EISDIR\)/],
    [["--dir", dir, "--https", "192.0.2.1:1"], 1, /192\.0\.2\.1:1[^]*Hint:/],
    [["--dir", dir, "--https", "nowhere"], 2, /address:port/],
    [["--dir", dir, "--https", "127.0.0.1:65536"], 2, /address:port/],
    [["--dir", dir, "--flavour", "docker"], 2, /lxd, incus/],
    [["--dir", dir, "--instances", "-1"], 2, /whole number/],
    [["--dir", dir, "--members", "a,a"], 2, /once/],
    [["--dir", dir, "--members", "a,,b"], 2, /a,b,c/],
    [[], 2, /--dir/],
  ] as const;
  for (const [args, exitCode, stderr] of cases) {
    const ended = await start("fake", ...args);
    expect(ended).toMatchObject({ exitCode, stdout: "", stderr: expect.stringMatching(stderr) });
  }
  expect(await readdir(folder)).toEqual(["file"]);
  expect((await start("fake", "--help")).stdout).toContain("LXD_DIR=/tmp/fake lxc launch jammy c1");
}, 20_000);
