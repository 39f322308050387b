import { createClient } from "@lxdkit/client";
import { connectUnix } from "@lxdkit/transport";
import { execa } from "execa";
import pLimit from "p-limit";
import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";
import { runWorker } from "./worker.ts";
import type { ListsResult } from "./workers/lists.ts";
import type { WaitsResult } from "./workers/waits.ts";

const listed = 1_000;
const waited = 1_000;
const parallel = 16;
/** Of the throughput of plain undici: nine tenths, so the time may be 1 / 0.9. */
const rawGoal = 1.11;
const pylxdGoal = 0.1;

/** pylxd's own list, with the configuration of each; it times itself, without the start of Python. */
const pylxdScript = `
import sys, time, pylxd
client = pylxd.Client(endpoint="http+unix://" + sys.argv[1].replace("/", "%2F"))
start = time.perf_counter()
count = len([one.config for one in client.containers.all()])
print(count, time.perf_counter() - start)
`;

/** Lists a thousand stopped instances: with the client, with plain undici and JSON.parse, and with pylxd. */
export async function compareClientLists(arena: Arena, rounds: number): Promise<Comparison> {
  const { socketPath } = arena;
  const names = Array.from({ length: listed }, (_, index) => `list-${String(index + 1)}`);
  await withClient(socketPath, async (client) => {
    const limit = pLimit(parallel);
    const create = async (name: string) => (await client.instances.create({ name, source: { type: "none" } })).wait();
    await Promise.all(names.map((name) => limit(create, name)));
  });
  const { ours, raw } = await runWorker<ListsResult>("lists", { socketPath, count: listed, rounds: rounds * 20 });
  const pylxd: number[] = [];
  if (arena.flavour === "lxd") pylxd.push(await listWithPylxd(socketPath));
  await withClient(socketPath, async (client) => {
    const limit = pLimit(parallel);
    await Promise.all(names.map((name) => limit(async () => (await client.instances.delete(name)).wait())));
  });
  return {
    job: `list ${String(listed)} instances in one process`,
    ours: { title: "client.instances.list()", seconds: ours },
    theirs: [
      { title: "undici and JSON.parse", seconds: raw, goal: rawGoal },
      ...(pylxd.length > 0 ? [{ title: "pylxd containers.all()", seconds: pylxd, goal: pylxdGoal }] : []),
    ],
  };
}

async function listWithPylxd(socketPath: string): Promise<number> {
  const { stdout } = await execa("/usr/bin/python3", ["-c", pylxdScript, socketPath], { stdin: "ignore" });
  const [count, seconds] = stdout.trim().split(" ").map(Number);
  if (count !== listed) throw new Error(`pylxd lists ${String(count)} instances instead of ${String(listed)}`);
  return seconds ?? Number.NaN;
}

/** Waits for a thousand operations at once. */
export async function measureWaits({ socketPath }: Arena): Promise<Measurement[]> {
  const result = await runWorker<WaitsResult>("waits", { socketPath, count: waited });
  const job = `wait for ${String(result.waits)} operations at once`;
  return [
    { job, title: "more memory", value: result.memoryMiB, unit: "MiB", goal: 20 },
    { job, title: "web sockets", value: result.webSockets, unit: "count", goal: 1 },
    { job, title: "requests about operations", value: result.polls, unit: "count", goal: 0 },
  ];
}

async function withClient(
  socketPath: string,
  use: (client: ReturnType<typeof createClient>) => Promise<void>,
): Promise<void> {
  await using connection = connectUnix({ socketPath });
  const client = createClient(connection);
  try {
    await use(client);
  } finally {
    client.events.close();
  }
}
