import { startFakeServer } from "@lxdkit/testing";
import { contractCases, type ContractTarget } from "@lxdkit/testing/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clusterCommands } from "./clients/cluster-commands.ts";
import { maskOutput } from "./clients/mask-output.ts";
import { clusterScript } from "./clients/cluster-script.ts";
import { startPreparedFake } from "./clients/prepare-fake.ts";
import { runScript } from "./clients/run-script.ts";
import { type BedTrace, leftovers, traceBed } from "./crash/leftovers.ts";
import { openTestbed } from "./open-testbed.ts";
import { namesOf } from "./programs.ts";
import type { Testbed } from "./testbed.ts";
import { describeOnServers } from "./vitest/index.ts";

function targetOf({ flavour, socketPath, members }: Testbed): ContractTarget {
  return { flavour, socketPath, imageAlias: "tiny", members: members.map(({ name }) => name) };
}

/** What a command comes to, without what the two servers draw. */
async function outcome(
  bed: Testbed,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout, stderr, exitCode } = await bed.run(command, { allowFailure: true, environment });
  const text = `${stdout}\n(exit code ${String(exitCode)})\n${stderr}`;
  const addresses = text.replaceAll(/\b127\.0\.0\.\d+:\d+/g, "<address>").replaceAll(/\beyJ[\w+/=]+/g, "<token>");
  return maskOutput(addresses, []);
}

describeOnServers("a cluster of three members", ({ flavour }) => {
  const { client } = namesOf[flavour];
  let bed: Testbed;
  let trace: BedTrace;

  beforeAll(async () => {
    bed = await openTestbed({ flavour, members: 3 });
    trace = traceBed(bed.directory);
  });

  afterAll(async () => {
    await bed.close();
  });

  test("places a container on the second member", async () => {
    await bed.run([client, "launch", "tiny", "c1", "--target", "m2"]);
    const place = await bed.run([client, "list", "-cnL", "-fcsv"], { member: "m3" });
    expect(place.stdout.trim()).toBe("c1,m2");
    const address = async (): Promise<string> => (await bed.run([client, "list", "-c4", "-fcsv"])).stdout.trim();
    await expect.poll(address, { timeout: 15_000 }).toMatch(/^10\.\d+\.\d+\.\d+ \(eth0\)$/);
    expect(bed.members.map(({ name }) => name)).toEqual(["m1", "m2", "m3"]);
    expect(new Set(bed.members.map(({ serverCertificate }) => serverCertificate)).size).toBe(1);
    const hosts = bed.members.map(({ httpsUrl }) => new URL(httpsUrl).hostname);
    expect(hosts).toEqual(["127.0.0.1", "127.0.0.2", "127.0.0.3"]);
    await bed.run([client, "delete", "--force", "c1"]);
  });

  test.each(contractCases.filter(({ needs }) => needs === "members"))("$name", async ({ run }) => {
    await expect(run(targetOf(bed))).resolves.toBeUndefined();
  });

  test("its client says the same of a fake cluster", async () => {
    const members = bed.members.map(({ name }) => name);
    await using fake = await startFakeServer({ flavour, members, images: [{ aliases: ["tiny"] }] });
    const environment = { [`${flavour.toUpperCase()}_SOCKET`]: fake.socketPath };
    for (const command of clusterCommands) {
      const words = [client, ...command.split(" ")];
      const [said, onFake] = await Promise.all([outcome(bed, words, {}), outcome(bed, words, environment)]);
      expect.soft(onFake, command).toBe(said);
    }
  }, 180_000);

  test("the real client finds a fake cluster alike", { timeout: 240_000 }, async () => {
    const fake = await startPreparedFake(flavour, { members: bed.members.map(({ name }) => name) });
    try {
      const script = clusterScript(flavour);
      const [onFake, onServer] = await Promise.all([runScript(script, fake), runScript(script, bed)]);
      for (const [index, result] of onServer.entries()) expect.soft(onFake[index]).toBe(result);
    } finally {
      await fake.close();
    }
  });

  test("leaves nothing", async () => {
    await bed.close();
    await expect.poll(() => leftovers(trace), { timeout: 10_000 }).toEqual([]);
  });
});
