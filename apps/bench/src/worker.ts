import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/**
 * Runs one of the modules of `workers/` in a process of its own and gives what it printed: its memory is not mixed with
 * that of the benchmark. Rejects when it fails.
 */
export async function runWorker<T>(name: string, input: unknown): Promise<T> {
  const { stdout } = await execa(process.execPath, argumentsOf(name, input));
  return JSON.parse(stdout) as T;
}

/** A worker that stays. */
export interface Worker<T> extends AsyncDisposable {
  /** Its first line. */
  readonly first: T;
  /** Sends a line and gives the line that it answers. */
  ask(): Promise<T>;
}

/** Starts one of the modules of `workers/` that prints a line of JSON when it is ready, and one for each that it reads. */
export async function openWorker<T>(name: string, input: unknown): Promise<Worker<T>> {
  const child = execa(process.execPath, argumentsOf(name, input), { stdout: "pipe", buffer: false });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the worker ${name} ended`);
    return JSON.parse(line.value) as T;
  };
  return {
    first: await next(),
    ask() {
      child.stdin.write("\n");
      return next();
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await child;
    },
  };
}

function argumentsOf(name: string, input: unknown): string[] {
  const path = fileURLToPath(new URL(`./workers/${name}.js`, import.meta.url));
  return ["--expose-gc", path, JSON.stringify(input)];
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
