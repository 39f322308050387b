import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeServer, lxdSnaps, startFakeServer, startFakeSnapd, withInstance } from "@lxdkit/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newContainerInitialiser } from "./container-initialiser.ts";
import { type HostStage, hostStage, ubuntu } from "./host-stage.test-support.ts";
import { writesOf } from "./preseed/preseed.test-support.ts";

let directory: string;
let installed: FakeServer | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxdkit-initialiser-"));
  installed = undefined;
});

afterEach(async () => {
  await installed?.close();
  await rm(directory, { recursive: true });
});

/** What an installation brings: a server that answers at the directory of LXD. */
async function install(): Promise<object> {
  installed ??= await startFakeServer({ directory, initialised: false });
  return {};
}

const environment = (): Readonly<Record<string, string>> => ({ LXD_DIR: directory });
const ids = (steps: readonly { readonly id: string }[]): readonly string[] => steps.map(({ id }) => id);
const made = ["storage pool default", "network lxdbr0", "profile default"];
const linesOf = ({ runner }: HostStage): readonly string[] =>
  runner.commands.map(({ line }) => line).filter((line) => !/^(?:dpkg-query|apt-cache|systemd-detect)/.test(line));

describe("installing", () => {
  test("row 1: where the series is not known, apt installs lxd", async () => {
    const stage = hostStage({
      environment: environment(),
      files: { "/etc/os-release": "", "/run/systemd/system/x": "" },
    });
    stage.runner.on("apt-get install --yes lxd", install);
    stage.runner.on("systemctl start lxd.service");
    const { changed } = await newContainerInitialiser("latest/stable", { host: stage.access }).initialise();
    expect(ids(changed)).toEqual(["install lxd", "start lxd", ...made]);
    expect(linesOf(stage)).toEqual(["apt-get install --yes lxd", "systemctl start lxd.service"]);
  });

  test("row 2: on a newer series snapd installs lxd from the channel, without --classic", async () => {
    await using snapd = await startFakeSnapd();
    const stage = hostStage({ snapd, environment: environment(), files: ubuntu("disco") });
    const host = {
      ...stage.access,
      async sleep(ms: number, signal: AbortSignal | undefined) {
        await stage.access.sleep(ms, signal);
        if (snapd.installed("lxd") !== undefined) await install();
      },
    };
    const { changed } = await newContainerInitialiser("latest/stable", { host }).initialise();
    expect(ids(changed)).toEqual(["install lxd", ...made]);
    expect(snapd.requests.filter(({ method }) => method === "POST").map(({ path, body }) => [path, body])).toEqual([
      ["/v2/snaps/lxd", { action: "install", channel: "latest/stable" }],
    ]);
    expect(snapd.installed("lxd")).toMatchObject({ channel: "latest/stable", isClassic: false });
  });

  test("row 3: an empty channel is not valid where the snap is to be installed", async () => {
    await using snapd = await startFakeSnapd();
    const { access } = hostStage({ snapd, files: ubuntu("jammy") });
    await expect(newContainerInitialiser("", { host: access }).initialise()).rejects.toMatchObject({
      code: "BAD_CHANNEL",
      message: expect.stringContaining("not valid"),
    });
    expect(snapd.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test.for([
    ["centos7", "ID=centos\nVERSION_ID=7\n"],
    ["centos9", "ID=centos\nVERSION_ID=9\n"],
    ["opensuseleap", "ID=opensuse-leap\nVERSION_ID=15.5\n"],
    ["precise", "ID=ubuntu\nVERSION_CODENAME=precise\n"],
  ] as const)("row 4: %s is not supported", async ([series, release]) => {
    const stage = hostStage({ files: { "/etc/os-release": release } });
    await expect(newContainerInitialiser("latest/stable", { host: stage.access }).initialise()).rejects.toMatchObject({
      code: "HOST_NOT_SUPPORTED",
      message: `LXD is not supported on ${series}`,
    });
    expect(linesOf(stage)).toEqual([]);
  });

  test("apt is tried 30 times, 10 s apart, while it ends with 100, and once otherwise", async () => {
    const stage = hostStage({ environment: environment(), files: ubuntu("bionic") });
    stage.runner.on(/^apt-get /, { exitCode: 100, stderr: "locked" }, { times: 2 });
    stage.runner.on(/^apt-get /, install);
    stage.runner.on(/^sh -c /);
    await newContainerInitialiser("", { host: stage.access }).initialise();
    expect(stage.pauses.filter((ms) => ms === 10_000)).toHaveLength(2);

    const failing = hostStage({ files: ubuntu("bionic") });
    failing.runner.on(/^apt-get /, { exitCode: 100, stderr: "locked" });
    const host = failing.access;
    await expect(newContainerInitialiser("", { host }).initialise()).rejects.toMatchObject({
      code: "STEP_FAILED",
      cause: { code: "COMMAND_FAILED" },
      failed: { id: "install lxd" },
    });
    expect(failing.pauses).toHaveLength(29);
    expect(linesOf(failing)).toHaveLength(30);
  });
});

describe("channels", () => {
  const store = lxdSnaps.map((snap) =>
    snap.name === "lxd"
      ? { ...snap, channels: { ...snap.channels, "3.2/stable": { version: "3.2", revision: "1" } } }
      : snap,
  );

  test.for([
    [5, "latest/stable", "latest/stable", undefined],
    [6, "3.2/stable", "latest/stable", { action: "refresh", channel: "latest/stable" }],
    [7, "latest/stable/ubuntu-20.04", "latest/stable", undefined],
    ["with any wish", "5.0/stable", "", undefined],
  ] as const)("row %s: from %s with the wish %s", async ([, present, wanted, body]) => {
    await using snapd = await startFakeSnapd({ store, installed: { lxd: present } });
    await using server = await startFakeServer();
    const { access } = hostStage({ snapd, server, files: ubuntu("focal") });
    await newContainerInitialiser(wanted, { host: access }).initialise();
    const sent = snapd.requests.filter(({ method }) => method === "POST").map((request) => request.body);
    expect(sent).toEqual(body === undefined ? [] : [body]);
  });

  test("an older channel is refused unless it is allowed expressly", async () => {
    await using snapd = await startFakeSnapd({ store, installed: { lxd: "latest/stable" } });
    await using server = await startFakeServer();
    const { access: host } = hostStage({ snapd, server, files: ubuntu("focal") });
    await expect(newContainerInitialiser("5.0/stable", { host }).initialise()).rejects.toMatchObject({
      code: "SNAP_DOWNGRADE",
    });
    expect(snapd.installed("lxd")).toMatchObject({ channel: "latest/stable" });
    const { changed } = await newContainerInitialiser("5.0/stable", {
      host,
      wishes: { allowDowngrade: true },
    }).initialise();
    expect(ids(changed)).toEqual(["refresh lxd"]);
    expect(snapd.installed("lxd")).toMatchObject({ channel: "5.0/stable" });
  });
});

describe.each(["lxd", "incus"] as const)("the server, a fake %s", (flavour) => {
  test("row 8: one that has containers already is a success, without any change", async () => {
    await using server = await startFakeServer({ flavour, setup: [withInstance({ name: "c1" })] });
    const stage = hostStage({ server });
    expect(await newContainerInitialiser("latest/stable", { host: stage.access }).initialise()).toEqual({
      changed: [],
      unchanged: [],
    });
    expect(writesOf(server)).toEqual([]);
    expect(linesOf(stage)).toEqual([]);
  });

  test("row 9: one that refuses is an error with its words", async () => {
    await using server = await startFakeServer({ flavour, initialised: false });
    server.failRequest({ method: "POST", path: "/1.0/storage-pools", status: 500, error: "boom" });
    const { access: host } = hostStage({ server });
    await expect(newContainerInitialiser("latest/stable", { host }).initialise()).rejects.toMatchObject({
      code: "STEP_FAILED",
      failed: { id: "storage pool default" },
      message: expect.stringMatching(/^storage pool default failed: .*boom/),
    });
  });

  test("row 23: a second run writes nothing", async () => {
    await using server = await startFakeServer({ flavour, initialised: false });
    const { access: host } = hostStage({ server, environment: { http_proxy: "http://p.test:1" } });
    const initialiser = newContainerInitialiser("latest/stable", { host });
    expect(ids((await initialiser.initialise()).changed)).toEqual([
      "storage pool default",
      `network ${flavour}br0`,
      "profile default",
      "proxies",
    ]);
    const writes = writesOf(server);
    expect((await initialiser.initialise()).changed).toEqual([]);
    expect(writesOf(server)).toEqual(writes);
  });
});

test("row 10: lxd init is not run, on trusty nor elsewhere; a server without these APIs gets nothing by them", async () => {
  await using server = await startFakeServer({ extensions: [], initialised: false });
  const stage = hostStage({ server, files: ubuntu("trusty") });
  expect((await newContainerInitialiser("", { host: stage.access }).initialise()).changed).toEqual([]);
  expect(linesOf(stage)).toEqual([]);
  expect(writesOf(server)).toEqual([]);
});

test("off Linux nothing is done", async () => {
  const stage = hostStage();
  const host = { ...stage.access, platform: "darwin" };
  expect(await newContainerInitialiser("latest/stable", { host }).initialise()).toEqual({ changed: [], unchanged: [] });
  expect(stage.files.calls).toEqual([]);
});
