import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import type { Comparison } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";
import { summarise } from "./summary.ts";
import { openWorker, runWorker, type Worker } from "./worker.ts";
import type { FakeLivesResult } from "./workers/fake-lives.ts";
import type { ServeInput, ServeLine } from "./workers/serve.ts";

const livesPerRound = 60;
const requestsPerRound = 10_000;
const parallel = 16;
const listed = 10_000;
const listsPerRound = 3;
const simplePath = "/1.0/instances/c1";
const listPath = "/1.0/instances?recursion=1";
const bareTitle = "node:http that sends the same bytes";

/** What a suite about the fake found. */
interface Findings {
  readonly comparisons: readonly Comparison[];
  readonly measurements: readonly Measurement[];
}

/** What the fake server takes, beside a bare HTTP server that sends the same bytes. */
export async function measureFake(rounds: number): Promise<Findings> {
  const found = [await measureLives(rounds), await measureRequests(rounds), await measureLists(rounds)];
  return {
    comparisons: found.flatMap(({ comparisons }) => comparisons),
    measurements: found.flatMap(({ measurements }) => measurements),
  };
}

async function measureLives(rounds: number): Promise<Findings> {
  const job = "start, one request, stop";
  const { fake, bare } = await runWorker<FakeLivesResult>("fake-lives", { rounds: rounds * livesPerRound });
  const value = summarise(fake).median * 1000;
  return {
    comparisons: [
      { job, ours: { title: "fake server", seconds: fake }, theirs: [{ title: bareTitle, seconds: bare }] },
    ],
    measurements: [{ job, title: "median", value, unit: "ms", goal: 5 }],
  };
}

async function measureRequests(rounds: number): Promise<Findings> {
  const job = `${String(requestsPerRound)} requests, ${String(parallel)} at a time`;
  await using fake = await serve({ kind: "fake", instances: 1 });
  await using bare = await serveSame(fake, simplePath);
  const { ours, theirs } = await inTurns(rounds, fake, bare, async ({ agent }) => {
    let left = requestsPerRound;
    const keepAsking = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await read(agent, simplePath);
      }
    };
    await Promise.all(Array.from({ length: parallel }, keepAsking));
  });
  const value = requestsPerRound / summarise(ours).median;
  return {
    comparisons: [
      { job, ours: { title: "fake server", seconds: ours }, theirs: [{ title: bareTitle, seconds: theirs }] },
    ],
    measurements: [{ job, title: "median", value, unit: "a second", goal: 5_000, isLeast: true }],
  };
}

async function measureLists(rounds: number): Promise<Findings> {
  const job = `list ${String(listed)} running instances`;
  await using fake = await serve({ kind: "fake", instances: listed });
  const atRest = fake.first.memoryMiB;
  const first: number[] = [await timed(() => read(fake.agent, listPath))];
  while (first.length < rounds) {
    await using other = await serve({ kind: "fake", instances: listed });
    first.push(await timed(() => read(other.agent, listPath)));
  }
  await using bare = await serveSame(fake, listPath);
  const { ours, theirs } = await inTurns(rounds * listsPerRound, fake, bare, async ({ agent }) => {
    await read(agent, listPath);
  });
  const { memoryMiB } = await fake.ask();
  return {
    comparisons: [
      { job, ours: { title: "fake server", seconds: ours }, theirs: [{ title: bareTitle, seconds: theirs }] },
    ],
    measurements: [
      { job, title: "the first list of a process", value: summarise(first).median * 1000, unit: "ms", goal: 300 },
      { job, title: "memory of the process", value: atRest, unit: "MiB", goal: 300 },
      { job, title: "the same after the lists", value: memoryMiB, unit: "MiB", goal: 300 },
    ],
  };
}

/** A server in a process of its own. */
interface Served extends Worker<ServeLine> {
  readonly agent: Agent;
}

async function serve(input: ServeInput): Promise<Served> {
  const worker = await openWorker<ServeLine>("serve", input);
  const agent = new Agent({ connect: { socketPath: worker.first.socketPath }, connections: parallel });
  return {
    ...worker,
    agent,
    async [Symbol.asyncDispose]() {
      await agent.close();
      await worker[Symbol.asyncDispose]();
    },
  };
}

/** A bare server that answers with what `other` answers to `path`. */
async function serveSame(other: Served, path: string): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-bench-"));
  const bodyFile = join(folder, "body.json");
  await writeFile(bodyFile, await read(other.agent, path));
  const served = await serve({ kind: "bare", socketPath: join(folder, "unix.socket"), bodyFile });
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Seconds of a job on both servers; neither of them always comes first. */
async function inTurns(
  rounds: number,
  fake: Served,
  bare: Served,
  job: (served: Served) => Promise<void>,
): Promise<{ readonly ours: readonly number[]; readonly theirs: readonly number[] }> {
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const turns = [["ours", fake] as const, ["theirs", bare] as const];
    if (round % 2 === 1) turns.reverse();
    for (const [name, served] of turns) {
      seconds[name].push(await timed(() => job(served)));
    }
  }
  return seconds;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function read(agent: Agent, path: string): Promise<string> {
  const { statusCode, body } = await agent.request({ origin: "http://unix.socket", method: "GET", path });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} answers ${String(statusCode)}: ${text}`);
  return text;
}
