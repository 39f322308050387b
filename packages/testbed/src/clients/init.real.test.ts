import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { afterAll, beforeAll, test } from "vitest";
import { stringify } from "yaml";
import { openTestbed } from "../open-testbed.ts";
import { namesOf } from "../programs.ts";
import type { Testbed } from "../testbed.ts";
import { describeOnServers } from "../vitest/index.ts";
import { maskOutput } from "./mask-output.ts";

/** What an administrator may write down. */
const preseed = {
  config: { "images.auto_update_interval": "12", "user.place": "here" },
  networks: [
    { name: "prebr0", type: "bridge", config: { "ipv4.address": "10.76.1.1/24", "ipv6.address": "none" } },
    {
      name: "prebr1",
      type: "bridge",
      description: "drawn",
      config: { "ipv4.address": "auto", "ipv6.address": "none" },
    },
  ],
  storage_pools: [{ name: "more", driver: "dir", description: "one more" }],
  profiles: [
    { name: "default", config: { "limits.cpu": "2" }, devices: { root: { type: "disk", path: "/", pool: "more" } } },
    { name: "small", description: "a small one", config: { "limits.memory": "64MiB" } },
  ],
  projects: [{ name: "p1", description: "the first", config: { "features.images": "false" } }],
};

describeOnServers("init on a fake and", (server) => {
  const { client, init } = namesOf[server.flavour];
  let bed: Testbed;
  let folder: string;
  let fake: FakeServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxdkit-init-"));
    // The names of the folders are those that the masks cut to the same.
    const directory = join(folder, "m1");
    [bed, fake] = await Promise.all([
      openTestbed({ flavour: server.flavour, initialised: false }),
      startFakeServer({ flavour: server.flavour, name: "m1", initialised: false, directory }),
    ]);
  });

  afterAll(async () => {
    await Promise.all([bed.close(), fake.close()]);
    await rm(folder, { recursive: true });
  });

  /** What a command comes to: on the fake first, because the real one makes interfaces that both look at. */
  async function outcomes(command: readonly string[], input = ""): Promise<{ onFake: string; onServer: string }> {
    const environment = { [`${server.flavour.toUpperCase()}_SOCKET`]: fake.socketPath };
    const run = async (options: object, where: string): Promise<string> => {
      const ended = await bed.run(command, { allowFailure: true, input, ...options });
      const text = `$ ${command.join(" ")}\n${ended.stdout}\n(exit code ${String(ended.exitCode)})\n${ended.stderr}`;
      return maskOutput(text, [[where, "<server>"]]);
    };
    return { onFake: await run({ environment }, folder), onServer: await run({}, bed.directory) };
  }

  const questions = [
    ["config", "show"],
    ...["networks", "storage-pools", "profiles", "projects"].map((kind) => ["query", `/1.0/${kind}?recursion=1`]),
  ];

  test("--auto, a preseed twice, and dumps come to the same, in what is said and in what is there", async ({
    expect,
  }) => {
    const isSame = async (command: readonly string[], input?: string): Promise<string> => {
      const { onFake, onServer } = await outcomes(command, input);
      expect.soft(onFake).toBe(onServer);
      return onServer;
    };
    const isSameThere = async (): Promise<void> => {
      await isSame([...init, "--dump"]);
      for (const question of questions) {
        expect.soft(await isSame([client, ...question])).toContain("(exit code 0)");
      }
    };
    expect(await isSame([...init, "--auto"])).toContain("(exit code 0)");
    await isSameThere();
    await isSame([...init, "--auto"]);
    for (let time = 0; time < 2; time += 1) {
      expect(await isSame([...init, "--preseed"], stringify(preseed))).toContain("(exit code 0)");
      await isSameThere();
    }
    await isSame([...init, "--preseed"], "config:\n  no.such: 1\n");
    await isSame([...init, "--preseed"], "networks: nonsense\n");
    await isSame([...init, "--preseed"], stringify({ storage_pools: [{ name: "more", driver: "zfs" }] }));
    await isSame(
      [...init, "--preseed"],
      stringify({ profiles: [{ name: "bad", devices: { a: { type: "nosuch" } } }] }),
    );
    await isSame([...init, "--auto", "--storage-backend", "nosuch"]);
    await isSame([...init, "--auto", "--preseed"]);
    await isSameThere();
  });
});
