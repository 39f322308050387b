import { fileURLToPath } from "node:url";
import {
  createFakeCloudInit,
  type FakeCloudInit,
  type FakeServer,
  startFakeServer,
  withInstance,
} from "@lxdkit/testing";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));
const log = "/var/log/cloud-init-output.log";

let fake: FakeServer;
let cloudInit: FakeCloudInit;

beforeEach(async () => {
  cloudInit = createFakeCloudInit({ status: { status: "done" } });
  fake = await startFakeServer({
    images: [{ aliases: ["tiny"] }],
    commands: cloudInit.commands,
    setup: [
      withInstance({ name: "c1", status: "Running", files: { [log]: "one\nmake: *** failed\n" } }),
      withInstance({ name: "c2", status: "Running" }),
      withInstance({ name: "off" }),
    ],
  });
});
afterEach(() => fake.close());

const run = (...args: readonly string[]) =>
  execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    stdin: "ignore",
    env: { PATH: process.env["PATH"] ?? "", LXD_SOCKET: fake.socketPath },
  });

test("wait prints the names that have what was waited for, and the addresses", async () => {
  const ip = await run("wait", "c1", "c2", "--for", "ip");
  expect(ip).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ip.stdout.split("\n").toSorted()).toEqual([
    expect.stringMatching(/^c1 10\.[\d.]+ fd/),
    expect.stringMatching(/^c2 10\.[\d.]+ fd/),
  ]);
  const others = [
    run("wait", "c1", "--for", "running"),
    run("wait", "c1", "--for", "agent"),
    run("wait", "c1", "--for", "cloud-init"),
    run("wait", "off", "--for", "stopped"),
  ];
  const ends = await Promise.all(others);
  expect(ends.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [0, "c1"],
    [0, "c1"],
    [0, "c1"],
    [0, "off"],
  ]);
}, 20_000);

test("a time that is over, an instance that is not there, and wrong usage have exit codes of their own", async () => {
  expect(await run("wait", "off", "--for", "running", "--timeout", "1")).toMatchObject({
    exitCode: 124,
    stdout: "",
    stderr: expect.stringContaining("off is not Running after 1 s (seen: status Stopped)"),
  });
  expect(await run("wait", "nobody", "--for", "stopped")).toMatchObject({ exitCode: 3 });
  expect(await run("wait", "c1")).toMatchObject({ exitCode: 2 });
  expect(await run("wait", "c1", "--for", "godot")).toMatchObject({ exitCode: 2 });
}, 20_000);

test("a cloud-init that failed is told with the last lines of its output", async () => {
  cloudInit.set("c1", { status: "error", errors: ["('scripts_user', RuntimeError())"] });
  expect(await run("wait", "c1", "--for", "cloud-init")).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^Error: cloud-init failed in c1: \('scripts_user', RuntimeError\(\)\)\nHint: .*\nThe last lines of its output:\n {2}one\n {2}make: \*\*\* failed$/,
    ),
  });
});

test("launch waits for cloud-init and an address; what failed is removed", async () => {
  const done = await run("launch", "tiny", "n1", "--wait", "cloud-init");
  expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^n1 10\./) });
  expect(done.stderr).toContain("n1: cloud-init is done");
  cloudInit.set("n2", { status: "error", errors: ["bad"] });
  const failed = await run("launch", "tiny", "n2", "--wait", "cloud-init");
  expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("cloud-init failed in n2: bad") });
  const { stdout } = await run("list", "--format", "json");
  expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(["c1", "c2", "n1", "off"]);
}, 20_000);
