import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { openTestbed } from "../open-testbed.ts";
import { enterCommand, environmentFor } from "../run-inside.ts";
import { findLastingBed } from "./lasting-bed.ts";
import type { BedChoice } from "./parse-arguments.ts";
import type { Printer } from "./printer.ts";

/** Runs a command inside a bed and gives its exit code; 128 and more when a signal ended it, as in a shell. */
export async function run(
  choice: BedChoice,
  command: readonly string[],
  printer: Printer,
  signal: AbortSignal,
): Promise<number> {
  const found = findLastingBed(choice);
  if (found !== undefined) return runIn(found.directory, found.record.environment, command, signal);
  const bed = await openTestbed({ ...choice, signal, onStep: printer.error });
  try {
    return await runIn(bed.directory, bed.environment, command, signal);
  } finally {
    await bed.close();
  }
}

function runIn(
  directory: string,
  environment: Readonly<Record<string, string>>,
  command: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const [program = "", ...args] = enterCommand(directory, "m1", command);
  const env = { ...environmentFor(environment), LXDKIT_TESTBED_DIR: join(directory, "b") };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "inherit", env });
    // Ctrl-C reaches the command by itself, because it shares the terminal; other ways to end must be passed on.
    const end = (): void => {
      for (const pid of descendants(child.pid ?? 0)) kill(pid);
    };
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    child.once("error", reject);
    child.once("exit", (code, signalName) => {
      signal.removeEventListener("abort", end);
      resolve(code ?? 128 + constants.signals[signalName ?? "SIGTERM"]);
    });
  });
}

/** The process itself and all its children; the deepest last. */
function descendants(pid: number): readonly number[] {
  let children = "";
  try {
    children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, "utf8");
  } catch {
    return [];
  }
  const numbers = children.split(" ").filter((text) => text !== "");
  return [pid, ...numbers.flatMap((child) => descendants(Number(child)))];
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It ended on its own in the meantime.
  }
}
