import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";

const listed = 50;
const bulk = 20;
const listsPerRound = 5;
const goals = { launch: 0.7, delete: 0.15 };

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

/**
 * Launches twenty containers and deletes them, in turns. Every launch is followed by a delete, and of three deletes
 * in a round one is theirs, so that each of them meets containers of both makers over the rounds.
 */
export async function compareBulk(
  arena: Arena,
  rounds: number,
  onRound: (round: number) => void,
): Promise<Comparison[]> {
  const { lxdkit, theirs, client } = arena;
  const all = names(bulk);
  const launchers = {
    ours: async () => (await lxdkit("launch", "tiny", ...all, "--quiet")).seconds,
    atOnce: () => timed(() => Promise.all(all.map((name) => theirs("launch", "tiny", name, "--quiet")))),
    oneByOne: () =>
      timed(async () => {
        for (const name of all) await theirs("launch", "tiny", name, "--quiet");
      }),
  };
  const launched = { ours: [] as number[], atOnce: [] as number[], oneByOne: [] as number[] };
  const deleted = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    onRound(round + 1);
    for (const [index, launcher] of (["ours", "atOnce", "oneByOne"] as const).entries()) {
      launched[launcher].push(await launchers[launcher]());
      await arena.expectRunning(bulk);
      const isTheirs = index === round % Object.keys(launchers).length;
      if (isTheirs) deleted.theirs.push((await theirs("delete", "--force", ...all)).seconds);
      else deleted.ours.push((await lxdkit("delete", "--force", ...all, "--quiet")).seconds);
      await arena.expectRunning(0);
    }
  }
  return [
    {
      job: `launch ${String(bulk)} containers`,
      ours: { title: "lxdkit launch tiny c1 .. c20", seconds: launched.ours },
      theirs: [
        { title: `${client} launch tiny, all at once`, seconds: launched.atOnce, goal: goals.launch },
        { title: `${client} launch tiny, one by one`, seconds: launched.oneByOne },
      ],
    },
    {
      job: `delete ${String(bulk)} running containers`,
      ours: { title: "lxdkit delete --force c1 .. c20", seconds: deleted.ours },
      theirs: [{ title: `${client} delete --force c1 .. c20`, seconds: deleted.theirs, goal: goals.delete }],
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
