import { fileURLToPath } from "node:url";
import { execa } from "execa";

/**
 * Runs one of the modules of `workers/` in a process of its own and gives what it printed: its memory is not mixed with
 * that of the benchmark. Rejects when it fails.
 */
export async function runWorker<T>(name: string, input: unknown): Promise<T> {
  const path = fileURLToPath(new URL(`./workers/${name}.js`, import.meta.url));
  const { stdout } = await execa(process.execPath, ["--expose-gc", path, JSON.stringify(input)]);
  return JSON.parse(stdout) as T;
}

/** The input of this worker. */
export function workerInput(): unknown {
  return JSON.parse(process.argv[2] ?? "null") as unknown;
}

/** The memory of this process in MiB, after what is not used any more was freed. */
export function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024 ** 2;
}

/** The most memory that this process ever had, in MiB. */
export function peakMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}
