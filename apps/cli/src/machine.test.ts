import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instance } from "@lxdkit/protocol";
import { openServer } from "@lxdkit/server";
import { type FakeServer, startFakeServer, startSimplestreamsHost, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));
const model = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const own = { "user.juju-model": model };

/** Each of these tests starts several processes, on a machine that may be busy. */
const timeout = 60_000;

describe.each(["lxd", "incus"] as const)("machines on %s", (flavour) => {
  let folder: string;
  let fake: FakeServer;
  let isPublished: boolean;

  beforeEach(async () => {
    isPublished = false;
    folder = await mkdtemp(join(tmpdir(), "lxdkit-cli-"));
    fake = await startFakeServer({
      flavour,
      images: [{ aliases: ["juju/jammy/amd64"] }],
      setup: [
        withInstance({ name: "stray", config: own }),
        withInstance({ name: "juju-c3d479-8", config: { "user.juju-model": "another" } }),
      ],
    });
  });

  afterEach(async () => {
    await fake.close();
    await rm(folder, { recursive: true });
  });

  async function run(...args: readonly string[]) {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [program, "--socket", fake.socketPath, "machine", ...args],
      {
        reject: false,
        extendEnv: false,
        stdin: "ignore",
        env: {
          PATH: process.env["PATH"] ?? "",
          XDG_CACHE_HOME: folder,
          ...(isPublished ? { NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") } : {}),
        },
      },
    );
    return { exitCode, stdout, stderr };
  }

  async function instances(): Promise<readonly Instance[]> {
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    return await server.client.instances.list();
  }

  test("add, again, list, destroy", { timeout }, async () => {
    const userData = join(folder, "user-data");
    const networkConfig = join(folder, "network-config");
    await writeFile(userData, "#cloud-config\n{}\n");
    await writeFile(networkConfig, "version: 2\n");
    const files = ["--user-data", userData, "--network-config", networkConfig];
    const wanted = ["--model", model, "--series", "jammy", ...files, "--constraints", "mem=512M", "-p", "default"];
    const added = await run("add", "0", "2/lxd/4", ...wanted);
    expect(added.stdout.split("\n")).toEqual(["0 juju-c3d479-0 created", "2/lxd/4 juju-c3d479-2-lxd-4 created"]);
    expect(added.stderr).toContain("2/lxd/4: running: Container started");
    expect((await instances()).find(({ name }) => name === "juju-c3d479-0")?.config).toMatchObject({
      "user.user-data": "#cloud-config\n{}\n",
      "user.network-config": "version: 2\n",
      "user.juju-model": model,
      "limits.memory": "512MiB",
    });
    const again = await run("add", "0", ...wanted, "--format", "json", "--quiet");
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(again.stdout)).toEqual([
      {
        machine: "0",
        container: "juju-c3d479-0",
        model,
        origin: "adopted",
        hardware: { arch: "amd64", virtType: "container" },
      },
    ]);
    const listed = await run("list", "--model", model, "--format", "json");
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { machine: "0", container: "juju-c3d479-0", status: "Running" },
      { machine: "2/lxd/4", container: "juju-c3d479-2-lxd-4", status: "Running" },
    ]);
    expect((await run("list", "--model", model)).stdout).toContain("juju-c3d479-2-lxd-4");
    const destroyed = await run("destroy", "0", "7", "--model", model, "--quiet");
    expect(destroyed).toEqual({ exitCode: 3, stdout: "0", stderr: expect.stringContaining("there is no machine 7") });
    expect((await instances()).map(({ name }) => name)).toEqual(["juju-c3d479-2-lxd-4", "juju-c3d479-8", "stray"]);
  });

  test("add takes the image from a source, and tells what fails beside what runs", { timeout }, async () => {
    const image = { os: "ubuntu", architecture: "amd64", serial: "20261101", metadata: Buffer.from("m") };
    await using host = await startSimplestreamsHost({
      images: [{ ...image, aliases: ["noble"], release: "noble", rootfs: Buffer.from("r") }],
    });
    await writeFile(join(folder, "ca.pem"), host.certificate);
    isPublished = true;
    await fake.close();
    fake = await startFakeServer({ flavour, imageServerCa: host.certificate });
    const added = await run("add", "1", "foo", "--model", model, "--series", "noble", "--source", host.url);
    expect(added).toMatchObject({ stdout: "1 juju-c3d479-1 created", exitCode: 2 });
    expect(added.stderr).toContain('machine ID "foo" is not a valid machine');
  });

  test("what is not the model's is not touched", { timeout }, async () => {
    const taken = await run("add", "8", "--model", model, "--series", "jammy", "--quiet");
    expect(taken).toEqual({ exitCode: 4, stdout: "", stderr: expect.stringContaining("does not belong to the model") });
    expect((await run("destroy", "8", "--model", model)).exitCode).toBe(4);
    expect(await instances()).toHaveLength(2);
  });

  test("prune lists, and deletes with --yes alone where nobody can be asked", { timeout }, async () => {
    const listed = await run("prune", "--model", model);
    expect(listed).toEqual({
      exitCode: 2,
      stdout: "stray Stopped: is called like no machine",
      stderr: expect.stringContaining("--yes"),
    });
    expect(await instances()).toHaveLength(2);
    const pruned = await run("prune", "--model", model, "--yes", "--format", "json");
    expect(JSON.parse(pruned.stdout)).toMatchObject([{ name: "stray" }]);
    expect(pruned.stderr).toBe("stray: deleted");
    expect((await instances()).map(({ name }) => name)).toEqual(["juju-c3d479-8"]);
    expect(await run("prune", "--model", model)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test.each([
    [["add", "0", "--series", "jammy"], "--model"],
    [["add", "0", "--series", "jammy", "--model", "nope"], "is not a valid model"],
    [["add", "0", "0", "--series", "jammy", "--model", model], "asked for twice"],
    [["add", "0", "--series", "jammy", "--model", model, "--target", "m1", "--constraints", "zones=m2"], "exclude"],
    [
      [
        "add",
        "0",
        "--series",
        "jammy",
        "--model",
        model,
        "--user-data",
        fileURLToPath(new URL("../package.json", import.meta.url)),
      ],
      "no user data",
    ],
  ])("%j is refused", { timeout }, async (args, text) => {
    const refused = await run(...args);
    expect(refused).toEqual({ exitCode: 2, stdout: "", stderr: expect.stringContaining(text) });
    expect(await instances()).toHaveLength(2);
  });
});
