import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openServer, type Server } from "@lxdkit/server";
import { openTestbed } from "@lxdkit/testbed";
import { missingBed } from "@lxdkit/testbed/vitest";
import { createRandom } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createNamespace } from "../naming/namespace.ts";

const isCi = process.env["LXDKIT_LONG"] === "ci";
const count = Number(process.env["LXDKIT_COUNT"] ?? (isCi ? 3 : 30));
const seed = Number(process.env["LXDKIT_SEED"] ?? 1);

/** Some kills come after the end. */
const share = 1.1;
const machines = Array.from({ length: 10 }, (_, index) => String(index));

const reason = missingBed();
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

/** A process that makes ten machines with what was built, and tells when it begins and what came of it. */
const program = `
import { createContainerManager, createManagerConfig } from "@lxdkit/container-manager";
import { openServer } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";

const [socketPath, model, ids] = process.argv.slice(1);
const server = await openServer(connectUnix({ socketPath }));
const manager = createContainerManager(createManagerConfig({ "model-uuid": model }), { server, imageSources: [] });
console.log("begun");
const requests = ids.split(",").map((machineId) => ({ machineId, series: "jammy" }));
const outcomes = await manager.createContainers(requests, { parallel: 4 });
console.log(JSON.stringify(outcomes.map((one) => one.machine?.origin ?? String(one.error))));
await manager.close();
await server.close();
`;

interface Provisioner {
  readonly child: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

async function begin(socketPath: string, model: string): Promise<Provisioner> {
  const args = ["--input-type=module", "--eval", program, socketPath, model, machines.join(",")];
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe("begun");
  return { child, lines };
}

/** Lets a process make the machines to the end; gives the origin of each. */
async function provision(socketPath: string, model: string): Promise<string[]> {
  const { child, lines } = await begin(socketPath, model);
  const exit = once(child, "exit");
  const told = await lines.next();
  expect(await exit).toEqual([0, null]);
  return JSON.parse(String(told.value)) as string[];
}

async function provisionAndKill(socketPath: string, model: string, afterMs: number): Promise<void> {
  const { child } = await begin(socketPath, model);
  const exit = once(child, "exit");
  await delay(afterMs);
  child.kill("SIGKILL");
  await exit;
}

async function removeAll(server: Server): Promise<void> {
  const names = (await server.client.instances.list()).map(({ name }) => name);
  await server.removeContainers(names, { force: true });
}

test.skipIf(reason !== undefined)(
  `after each of ${String(count)} kills of the manager at a random moment (seed ${String(seed)}) the next one makes exactly the ten machines${suffix}`,
  async () => {
    const random = createRandom(seed);
    const origins: Record<string, number> = {};
    for (const [turn, flavour] of (["lxd", "incus"] as const).entries()) {
      await using bed = await openTestbed({ flavour });
      await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
      const { value } = await server.client.images.aliases.get("tiny");
      await server.client.images.aliases.create({ name: "juju/jammy/amd64", target: value.target, description: "" });
      const begun = performance.now();
      expect(new Set(await provision(bed.socketPath, randomUUID()))).toEqual(new Set(["created"]));
      const longestMs = share * (performance.now() - begun);
      await removeAll(server);
      for (let round = 1 + turn; round <= count; round += 2) {
        const model = randomUUID();
        const namespace = createNamespace(model);
        const afterMs = Math.floor(random() * longestMs);
        const say = `round ${String(round)}: ${flavour}, killed after ${String(afterMs)} ms`;
        await provisionAndKill(bed.socketPath, model, afterMs);
        const told = await provision(bed.socketPath, model);
        for (const origin of told) origins[origin] = (origins[origin] ?? 0) + 1;
        const there = (await server.client.instances.list()).map(({ name, status, config }) => ({
          name,
          status,
          model: config["user.juju-model"],
        }));
        const wanted = machines.map((id) => ({ name: namespace.hostname(id), status: "Running", model }));
        expect({ say, there: there.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }).toEqual({ say, there: wanted });
        await removeAll(server);
      }
    }
    // Kills came before, during and after the making of some.
    expect(
      Object.keys(origins).every((origin) => ["created", "adopted", "finished", "replaced"].includes(origin)),
    ).toBe(true);
    process.stdout.write(`origins after ${String(count)} kills: ${JSON.stringify(origins)}\n`);
  },
);
