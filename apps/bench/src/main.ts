import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type Arena, openArena } from "./arena.ts";
import { compareClientLists, measureWaits } from "./client-jobs.ts";
import { type Comparison, resultsOf } from "./comparison.ts";
import { compareExec } from "./exec-jobs.ts";
import { measureFake } from "./fake-jobs.ts";
import { compareFiles } from "./file-jobs.ts";
import { compareImageSearch } from "./image-jobs.ts";
import { compareAddresses, compareBulk, compareList } from "./jobs.ts";
import { compareMachines } from "./machine-jobs.ts";
import type { Measurement } from "./measurement.ts";
import { formatJson, formatMeasurements, formatTable } from "./report.ts";

const usage = "npm run bench -- [--flavour lxd|incus] [--rounds N] [--suite NAME]... [--json FILE]";
const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** What a suite found. */
interface Findings {
  readonly comparisons?: readonly Comparison[];
  readonly measurements?: readonly Measurement[];
}

/** Groups of jobs on a real server that can be run by themselves. */
const serverSuites: Readonly<Record<string, (arena: Arena, rounds: number) => Promise<Findings>>> = {
  list: async (arena, rounds) => ({ comparisons: [await compareList(arena, rounds)] }),
  bulk: async (arena, rounds) => ({
    comparisons: await compareBulk(arena, rounds, (round) => {
      note(`compare launches and deletes, round ${String(round)} of ${String(rounds)}`);
    }),
  }),
  machines: async (arena, rounds) => ({ comparisons: [await compareMachines(arena, rounds)] }),
  addresses: compareAddresses,
  client: async (arena, rounds) => ({ comparisons: [await compareClientLists(arena, rounds)] }),
  exec: compareExec,
  images: async (arena, rounds) => ({ comparisons: await compareImageSearch(arena, rounds) }),
  files: compareFiles,
  waits: async (arena) => ({ measurements: await measureWaits(arena) }),
};

/** Groups of jobs that need none. */
const ownSuites: Readonly<Record<string, (rounds: number) => Promise<Findings>>> = { fake: measureFake };
const suites = [...Object.keys(serverSuites), ...Object.keys(ownSuites)];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      flavour: { type: "string", default: "lxd" },
      rounds: { type: "string", default: "3" },
      suite: { type: "string", multiple: true, default: suites },
      json: { type: "string" },
    },
  });
  const { flavour, json, suite } = values;
  const rounds = Number(values.rounds);
  if (flavour !== "lxd" && flavour !== "incus") throw new TypeError(`--flavour is lxd or incus: ${usage}`);
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError(`--rounds is a number from 1: ${usage}`);
  const unknown = suite.find((name) => !suites.includes(name));
  if (unknown !== undefined) throw new TypeError(`--suite is one of ${suites.join(", ")}: ${usage}`);

  const arena = suite.some((name) => serverSuites[name] !== undefined) ? await openArena(flavour, note) : undefined;
  try {
    const comparisons: Comparison[] = [];
    const measurements: Measurement[] = [];
    for (const name of suite) {
      note(`suite ${name}`);
      const own = ownSuites[name];
      const found =
        arena === undefined || own !== undefined ? await own?.(rounds) : await serverSuites[name]?.(arena, rounds);
      comparisons.push(...(found?.comparisons ?? []));
      measurements.push(...(found?.measurements ?? []));
    }
    const results = comparisons.flatMap(resultsOf);
    const setting = {
      server: arena?.server ?? "no server",
      rounds,
      node: process.versions.node,
      cores: availableParallelism(),
    };
    if (results.length > 0) process.stdout.write(formatTable(setting, results));
    if (measurements.length > 0) process.stdout.write(formatMeasurements(measurements));
    if (json !== undefined) writeFileSync(json, formatJson(setting, results, measurements));
  } finally {
    await arena?.[Symbol.asyncDispose]();
  }
}

await main();
