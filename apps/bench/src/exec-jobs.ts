import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";
import { runWorker } from "./worker.ts";
import type { ExecStreamResult } from "./workers/exec-stream.ts";

const name = "bench-exec";
const streamedMiB = 1024;
const command = ["dd", "if=/dev/zero", "bs=64k", `count=${String(streamedMiB * 16)}`];
/** Of the throughput of the family's own client: eight tenths, so the time may be 1 / 0.8. */
const execGoal = 1.25;
const memoryGoal = 64;

/** Reads one GiB of output of a command, with the programs in turns, and measures the memory of the client. */
export async function compareExec(
  arena: Arena,
  rounds: number,
): Promise<{ readonly comparisons: Comparison[]; readonly measurements: Measurement[] }> {
  const { lxdkit, client, socketPath } = arena;
  await lxdkit("launch", "tiny", name, "--quiet");
  const ours: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push((await arena.discarding("lxdkit", "exec", name, "--", ...command)).seconds);
    others.push((await arena.discarding("theirs", "exec", name, "--", ...command)).seconds);
  }
  const job = `read ${String(streamedMiB)} MiB of a command's output`;
  const { bytes, memoryMiB } = await runWorker<ExecStreamResult>("exec-stream", { socketPath, name, command });
  if (bytes !== streamedMiB * 1024 ** 2) throw new Error(`${String(bytes)} bytes came`);
  await lxdkit("delete", "--force", name, "--quiet");
  return {
    comparisons: [
      {
        job,
        ours: { title: "lxdkit exec c1 -- dd", seconds: ours },
        theirs: [{ title: `${client} exec c1 -- dd`, seconds: others, goal: execGoal }],
      },
    ],
    measurements: [{ job, title: "more memory of the client", value: memoryMiB, unit: "MiB", goal: memoryGoal }],
  };
}
