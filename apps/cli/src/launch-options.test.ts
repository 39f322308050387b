import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instance } from "@lxdkit/protocol";
import { type FakeServer, type FakeSetup, startFakeServer, withNetwork, withPool, withProfile } from "@lxdkit/testing";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

let folder: string;
let fake: FakeServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-launch-"));
});

afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true });
});

const setup: readonly FakeSetup[] = [
  withPool({ name: "fast" }),
  withNetwork({ name: "lab" }),
  withProfile({
    name: "web",
    devices: {
      system: { type: "disk", path: "/", pool: "default" },
      nic0: { type: "nic", name: "enp5s0", network: "lab", "limits.ingress": "1Mbit" },
    },
  }),
];

async function start(options: Parameters<typeof startFakeServer>[0] = {}): Promise<void> {
  const images = [{ aliases: ["tiny"] }, { aliases: ["machine"], type: "virtual-machine" as const }];
  fake = await startFakeServer({ images, setup, ...options });
}

async function run(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    stdin: "ignore",
    env: { PATH: process.env["PATH"] ?? "", LXD_SOCKET: fake.socketPath },
  });
  return { exitCode, stdout, stderr };
}

async function launched(...args: readonly string[]): Promise<Instance> {
  const { exitCode, stdout, stderr } = await run("launch", ...args, "--quiet", "--format", "json");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [instance] = JSON.parse(stdout) as Instance[];
  if (instance === undefined) throw new Error("nothing was launched");
  return instance;
}

const writes = (): number => fake.requests.filter(({ method }) => method !== "GET").length;

describe.each(["lxd", "incus"] as const)("launch on %s", (flavour) => {
  test("constraints, files for cloud-init, config and profiles all reach the server", async () => {
    await start({ flavour });
    const userData = join(folder, "user.yaml");
    const network = join(folder, "network.yaml");
    await writeFile(userData, "#cloud-config\npackages: [curl]\n");
    await writeFile(network, "version: 2\n");
    const files = ["--user-data", userData, "--network-config", network];
    const constraints = "cores=2 mem=1G root-disk=3G arch=amd64";
    const instance = await launched(
      "tiny",
      "c1",
      ...files,
      "-c",
      "user.x=1",
      "--constraints",
      constraints,
      "-p",
      "web",
    );
    expect(instance.profiles).toEqual(["web"]);
    expect(instance.config).toMatchObject({
      "limits.cpu": "2",
      "limits.memory": "1024MiB",
      "user.x": "1",
      "user.user-data": "#cloud-config\npackages: [curl]\n",
      "user.network-config": "version: 2\n",
    });
    expect(instance.devices).toEqual({ system: { type: "disk", path: "/", pool: "default", size: "3072MiB" } });
  });

  test("devices: new ones, and other keys of those that the profiles have; a pool and a network", async () => {
    await start({ flavour });
    const data = ["-d", "data,type=disk,source=/tmp,path=/srv", "-d", "data,readonly=true"];
    const more = ["-d", "system,size=2GiB", "--storage", "fast", "--network", "lab"];
    const instance = await launched("tiny", "c1", "-p", "web", ...data, ...more, "-d", "nic0,limits.ingress=2Mbit");
    expect(instance.devices).toEqual({
      data: { type: "disk", source: "/tmp", path: "/srv", readonly: "true" },
      system: { type: "disk", path: "/", pool: "fast", size: "2GiB" },
      nic0: { type: "nic", name: "enp5s0", network: "lab", "limits.ingress": "2Mbit" },
    });
    const plain = await launched("tiny", "c2", "--network", "lab");
    expect(plain.devices).toEqual({ eth0: { type: "nic", name: "eth0", network: "lab" } });
  });

  test("a virtual machine; one that is left stopped", async () => {
    await start({ flavour });
    expect(await launched("machine", "v1", "--vm")).toMatchObject({ type: "virtual-machine", status: "Running" });
    const byConstraint = await launched("machine", "v2", "--constraints", "virt-type=virtual-machine", "--no-start");
    expect(byConstraint).toMatchObject({ type: "virtual-machine", status: "Stopped" });
  });
});

test("a member of a cluster, a group, the least loaded one of several zones", async () => {
  await start({ members: ["m1", "m2", "m3"] });
  expect((await launched("tiny", "c1", "--target", "m2")).location).toBe("m2");
  expect((await launched("tiny", "c2", "--target", "@default")).location).toMatch(/^m[123]$/);
  expect((await launched("tiny", "c3", "--constraints", "zones=m2,m3")).location).toBe("m3");
  // Those that are launched at the same time do not all go to the same one.
  const spread = ["s1", "s2", "s3", "s4", "s5", "s6"];
  const { stdout } = await run("launch", "tiny", ...spread, "--constraints", "zones=m1,m2,m3", "--format", "json");
  const places = (JSON.parse(stdout) as Instance[]).map(({ location }) => location);
  expect(new Set(places)).toEqual(new Set(["m1", "m2", "m3"]));
  expect(await run("launch", "tiny", "c4", "--target", "m9")).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("m9"),
  });
}, 20_000);

test("wrong options are told before any request", async () => {
  await start();
  const empty = join(folder, "empty");
  const noise = join(folder, "noise");
  await writeFile(empty, "\n");
  await writeFile(noise, "packages: [curl]\n");
  const twice = join(folder, "twice.yaml");
  const wrong = join(folder, "wrong.yaml");
  const mac = join(folder, "mac.yaml");
  await writeFile(twice, "#cloud-config\nruncmd: [a]\nruncmd: [b]\n");
  await writeFile(wrong, "#cloud-config\nusers: [{name: a, passwd: 123456}]\n");
  await writeFile(mac, "version: 2\nethernets: {eth0: {match: {macaddress: 52:54:00:12:34:56}}}\n");
  const seen = fake.requests.length;
  const cases: readonly (readonly [args: readonly string[], exitCode: number, text: string])[] = [
    [["--constraints", "cores=2 mem=4X"], 2, "  cores=2 mem=4X\n               ^"],
    [["-d", "eth0"], 2, "name,key=value"],
    [["-d", "eth0,mtu"], 2, "key=value"],
    [["-d", "=x,a=b"], 2, "name,key=value"],
    [["--target", "@"], 2, "member"],
    [["--vm", "--constraints", "virt-type=container"], 2, "exclude each other"],
    [["--storage", "a", "--constraints", "root-disk-source=b"], 2, "exclude each other"],
    [["--target", "m1", "--constraints", "zones=m2"], 2, "exclude each other"],
    [["--user-data", noise, "-c", "user.user-data=x"], 2, "exclude each other"],
    [["--user-data", noise], 2, "#cloud-config"],
    [["--user-data", twice], 2, `${twice} is no valid YAML in line 3, column 1: a key is there twice`],
    [["--user-data", wrong], 2, `${wrong}: users[0].passwd is no text`],
    [["--network-config", mac], 2, `${mac}: ethernets.eth0.match.macaddress is no MAC address`],
    [["--network-config", empty], 2, "is empty"],
    [["--user-data", join(folder, "none")], 3, "there is no file"],
    [["--user-data", folder], 1, "cannot read"],
    [["--no-start", "--wait", "ip"], 2, "nothing to wait for"],
  ];
  for (const [args, exitCode, text] of cases) {
    const { stderr, ...rest } = await run("launch", "tiny", "c1", ...args);
    expect({ args, ...rest }).toEqual({ args, exitCode, stdout: "" });
    expect(stderr).toContain(text);
  }
  expect(fake.requests).toHaveLength(seen);
}, 60_000);

test("what only the server can tell is told before anything is made", async () => {
  await start();
  const cases: readonly (readonly [args: readonly string[], exitCode: number, text: string])[] = [
    [["--storage", "nope"], 3, "Pools of this server: default, fast."],
    [["--constraints", "root-disk-source=nope"], 3, "Pools of this server: default, fast."],
    [["--network", "nope"], 3, "Networks of this server: lab, lxdbr0."],
    [["-d", "gpu,size=1"], 2, "the device gpu has no type"],
    [["--target", "m1"], 5, "in no cluster"],
    [["--constraints", "arch=s390x"], 2, "s390x"],
    [["--vm"], 3, "image"],
  ];
  for (const [args, exitCode, text] of cases) {
    const { stderr, ...rest } = await run("launch", "tiny", "c1", ...args);
    expect({ args, ...rest }).toEqual({ args, exitCode, stdout: "" });
    expect(stderr).toContain(text);
  }
  expect(writes()).toBe(0);
}, 60_000);

test("delete asks running containers to stop when told so, and stops them by force when they do not", async () => {
  await start({ stopMs: 10 });
  await run("launch", "tiny", "c1", "c2");
  expect(await run("delete", "c1")).toMatchObject({ exitCode: 5 });
  expect(await run("delete", "--stop", "--timeout", "7", "c1", "--quiet")).toMatchObject({ exitCode: 0, stdout: "c1" });
  const stops = fake.requests.filter(({ path }) => path.endsWith("/state")).map(({ body }) => body);
  expect(stops.at(-1)).toEqual({ action: "stop", timeout: 7, force: false, stateful: false });
  fake.failOperation({ description: "Stopping instance", err: "deadline exceeded" });
  expect(await run("delete", "--stop", "c2")).toMatchObject({ exitCode: 0, stdout: "c2" });
  expect(await run("delete", "--stop", "--force", "c2")).toMatchObject({ exitCode: 2 });
}, 20_000);
