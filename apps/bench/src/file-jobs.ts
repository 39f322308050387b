import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";
import type { Measurement } from "./measurement.ts";
import { runWorker } from "./worker.ts";
import type { FileTransferResult } from "./workers/file-transfer.ts";

const name = "bench-files";
const sizeMiB = 1024;
/** Of the throughput of the family's own client: nine tenths, so the time may be 1 / 0.9. */
const goal = 1.11;
const memoryGoal = 64;

/** Copies a file of one GiB into a container and back, with the programs in turns, and measures the client's memory. */
export async function compareFiles(
  arena: Arena,
  rounds: number,
): Promise<{ readonly comparisons: Comparison[]; readonly measurements: Measurement[] }> {
  const { lxdkit, theirs, client, socketPath } = arena;
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-bench-"));
  const [large, small, back] = ["large", "small", "back"].map((file) => join(folder, file)) as [string, string, string];
  try {
    await writeRandom(large);
    await writeFile(small, "small");
    const hash = await hashOf(large);
    await lxdkit("launch", "tiny", name, "--quiet");
    const push = { ours: [] as number[], theirs: [] as number[] };
    const pull = { ours: [] as number[], theirs: [] as number[] };
    const target = `${name}/tmp/large`;
    for (let round = 0; round < rounds; round += 1) {
      push.ours.push((await lxdkit("push", large, target)).seconds);
      pull.ours.push((await lxdkit("pull", target, back)).seconds);
      if ((await hashOf(back)) !== hash) throw new Error("the copy differs");
      await rm(back);
      push.theirs.push((await theirs("file", "push", large, target)).seconds);
      pull.theirs.push((await theirs("file", "pull", target, back)).seconds);
      await rm(back);
    }
    const { memoryMiB } = await runWorker<FileTransferResult>("file-transfer", {
      socketPath,
      name,
      small,
      large,
      back,
    });
    await lxdkit("delete", "--force", name, "--quiet");
    const compared = (word: "push" | "pull", { ours, theirs: others }: typeof push): Comparison => ({
      job: `${word} a file of ${String(sizeMiB)} MiB`,
      ours: { title: `lxdkit ${word}`, seconds: ours },
      theirs: [{ title: `${client} file ${word}`, seconds: others, goal }],
    });
    const job = `push and pull ${String(sizeMiB)} MiB`;
    return {
      comparisons: [compared("push", push), compared("pull", pull)],
      measurements: [{ job, title: "more memory of the client", value: memoryMiB, unit: "MiB", goal: memoryGoal }],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function writeRandom(path: string): Promise<void> {
  const file = await open(path, "w");
  try {
    const block = randomBytes(1024 ** 2);
    for (let at = 0; at < sizeMiB; at += 1) {
      block.writeUInt32LE(at);
      await file.write(block);
    }
  } finally {
    await file.close();
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
