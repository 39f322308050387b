import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";
import { runWorker } from "./worker.ts";
import type { AddressesResult } from "./workers/addresses.ts";
import type { RawLivesInput } from "./workers/raw-lives.ts";

const listed = 50;
const bulk = 20;
const addressed = 200;
const listsPerRound = 5;
const goals = { launch: 0.7, delete: 0.15, raw: 1.15 };

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `c${String(index + 1)}`);

/** Lists fifty running instances as JSON, in turns. */
export async function compareList(arena: Arena, rounds: number): Promise<Comparison> {
  const { lxdkit, theirs, client } = arena;
  const ours: number[] = [];
  const others: number[] = [];
  await lxdkit("launch", "tiny", ...names(listed), "--quiet");
  await arena.expectRunning(listed);
  for (let run = 0; run < rounds * listsPerRound; run += 1) {
    for (const [program, series] of [
      [lxdkit, ours],
      [theirs, others],
    ] as const) {
      const { seconds, stdout } = await program("list", "--format", "json");
      const seen = (JSON.parse(stdout) as unknown[]).length;
      if (seen !== listed) throw new Error(`a list has ${String(seen)} instances instead of ${String(listed)}`);
      series.push(seconds);
    }
  }
  await lxdkit("delete", "--force", ...names(listed), "--quiet");
  await arena.expectRunning(0);
  return {
    job: `list ${String(listed)} instances`,
    ours: { title: "lxdkit list --format json", seconds: ours },
    theirs: [{ title: `${client} list --format json`, seconds: others }],
  };
}

/** Lists two hundred running containers with their addresses. */
export async function compareAddresses(
  arena: Arena,
  rounds: number,
): Promise<{ readonly comparisons: readonly Comparison[]; readonly measurements: readonly Measurement[] }> {
  const { lxdkit, socketPath } = arena;
  const all = names(addressed);
  const job = `list ${String(addressed)} containers with addresses`;
  await lxdkit("launch", "tiny", ...all, "--quiet", "--wait", "ip");
  const input = { socketPath, count: addressed, rounds: rounds * listsPerRound };
  const { requests, ours, raw } = await runWorker<AddressesResult>("addresses", input);
  await lxdkit("delete", "--force", ...all, "--quiet");
  await arena.expectRunning(0);
  return {
    comparisons: [
      {
        job,
        ours: { title: "server.listInstances(), containerAddresses()", seconds: ours },
        theirs: [{ title: "node:http and JSON.parse", seconds: raw, goal: goals.raw }],
      },
    ],
    measurements: [{ job, title: "requests of a list", value: requests, unit: "count", goal: 1 }],
  };
}

/**
 * Launches twenty containers and deletes them, in turns. Every launch is followed by a delete, and who deletes moves on
 * by one from round to round, so that each of them meets containers of all makers.
 */
export async function compareBulk(
  arena: Arena,
  rounds: number,
  onRound: (round: number) => void,
): Promise<Comparison[]> {
  const { lxdkit, theirs, client, socketPath } = arena;
  const all = names(bulk);
  const raw = (action: RawLivesInput["action"]): Promise<number> => {
    const input: RawLivesInput = { socketPath, action, names: all };
    return timed(() => runWorker("raw-lives", input));
  };
  const launchers = {
    ours: async () => (await lxdkit("launch", "tiny", ...all, "--quiet")).seconds,
    raw: () => raw("launch"),
    atOnce: () => timed(() => Promise.all(all.map((name) => theirs("launch", "tiny", name, "--quiet")))),
    oneByOne: () =>
      timed(async () => {
        for (const name of all) await theirs("launch", "tiny", name, "--quiet");
      }),
  };
  const deleters = {
    ours: async () => (await lxdkit("delete", "--force", ...all, "--quiet")).seconds,
    raw: () => raw("delete"),
    theirs: async () => (await theirs("delete", "--force", ...all)).seconds,
  };
  const launched = { ours: [] as number[], raw: [] as number[], atOnce: [] as number[], oneByOne: [] as number[] };
  const deleted = { ours: [] as number[], raw: [] as number[], theirs: [] as number[] };
  const deleting = ["ours", "raw", "theirs", "ours"] as const;
  for (let round = 0; round < rounds; round += 1) {
    onRound(round + 1);
    for (const [index, launcher] of (["ours", "raw", "atOnce", "oneByOne"] as const).entries()) {
      launched[launcher].push(await launchers[launcher]());
      await arena.expectRunning(bulk);
      const deleter = deleting[(index + round) % deleting.length] ?? "ours";
      deleted[deleter].push(await deleters[deleter]());
      await arena.expectRunning(0);
    }
  }
  return [
    {
      job: `launch ${String(bulk)} containers`,
      ours: { title: "lxdkit launch tiny c1 .. c20", seconds: launched.ours },
      theirs: [
        { title: "a script of node:http, all at once", seconds: launched.raw, goal: goals.raw },
        { title: `${client} launch tiny, all at once`, seconds: launched.atOnce, goal: goals.launch },
        { title: `${client} launch tiny, one by one`, seconds: launched.oneByOne },
      ],
    },
    {
      job: `delete ${String(bulk)} running containers`,
      ours: { title: "lxdkit delete --force c1 .. c20", seconds: deleted.ours },
      theirs: [
        { title: "a script of node:http, all at once", seconds: deleted.raw, goal: goals.raw },
        { title: `${client} delete --force c1 .. c20`, seconds: deleted.theirs, goal: goals.delete },
      ],
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
