import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { openArena } from "./arena.ts";
import { resultsOf } from "./comparison.ts";
import { compareBulk, compareList } from "./jobs.ts";
import { formatJson, formatTable } from "./report.ts";

const usage = "npm run bench -- [--flavour lxd|incus] [--rounds N] [--json FILE]";
const note = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      flavour: { type: "string", default: "lxd" },
      rounds: { type: "string", default: "3" },
      json: { type: "string" },
    },
  });
  const { flavour, json } = values;
  const rounds = Number(values.rounds);
  if (flavour !== "lxd" && flavour !== "incus") throw new TypeError(`--flavour is lxd or incus: ${usage}`);
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError(`--rounds is a number from 1: ${usage}`);

  const arena = await openArena(flavour, note);
  try {
    note("compare lists");
    const list = await compareList(arena, rounds);
    const bulk = await compareBulk(arena, rounds, (round) => {
      note(`compare launches and deletes, round ${String(round)} of ${String(rounds)}`);
    });
    const results = [list, ...bulk].flatMap(resultsOf);
    const setting = { server: arena.server, rounds, node: process.versions.node, cores: availableParallelism() };
    process.stdout.write(formatTable(setting, results));
    if (json !== undefined) writeFileSync(json, formatJson(setting, results));
  } finally {
    await arena[Symbol.asyncDispose]();
  }
}

await main();
