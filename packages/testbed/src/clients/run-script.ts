import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pause } from "../pause.ts";
import type { ClientMonitor, ClientScript, ClientStep } from "./client-script.ts";
import { type ClientRunner, type ClientTarget, createRunner, type Printed } from "./create-runner.ts";
import { maskOutput } from "./mask-output.ts";
import { startPatientRelay } from "./patient-relay.ts";

/** Milliseconds for what comes by itself. */
const patienceMs = 20_000;

/**
 * Runs a script with the real client of the server's family, from a folder and with a configuration of its own. Gives
 * what came of each step, ready to be compared: the command, its exit code and what it printed.
 */
export async function runScript(script: ClientScript, target: ClientTarget): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-client-"));
  await using relay = await startPatientRelay(target.socketPath, join(folder, "relay.socket"));
  const runner = createRunner({ ...target, socketPath: relay.socketPath }, folder);
  const running: Running = { runner, kept: new Map(), target, folder };
  try {
    for (const [name, text] of Object.entries(script.files ?? {})) await writeFile(join(folder, name), text);
    for (const command of script.before ?? []) await runner.run(command.split(" "));
    const steps = async (): Promise<string[]> => {
      const results: string[] = [];
      for (const step of script.steps)
        results.push(await runStep(typeof step === "string" ? { run: step } : step, running));
      return results;
    };
    return await (script.monitor === undefined ? steps() : monitored(script.monitor, running, steps));
  } finally {
    for (const command of script.cleanUp) await runner.run(fill(command.split(" "), running.kept));
    await rm(folder, { recursive: true, force: true });
  }
}

interface Running {
  readonly runner: ClientRunner;
  readonly kept: Map<string, string>;
  readonly target: ClientTarget;
  readonly folder: string;
}

async function runStep(step: ClientStep, running: Running): Promise<string> {
  const { runner, kept } = running;
  const words = typeof step.run === "string" ? step.run.split(" ") : step.run;
  const { input, until } = step;
  const run = (): Promise<Printed> => runner.run(fill(words, kept), { input });
  const { code, stdout, stderr } = await repeat(run, until);
  for (const [name, pattern] of Object.entries(step.keep ?? {})) kept.set(name, pattern.exec(stdout)?.[1] ?? "");
  const comparable = (text: string): string => pickLines(masked(text, running), step);
  const parts = [`$ ${words.join(" ")}`, comparable(stdout), `(exit code ${String(code)})`, comparable(stderr)];
  return parts.map((part) => part.trimEnd()).join("\n");
}

/** Does the steps while a monitor listens; what it heard comes after what came of the steps. */
async function monitored(
  { run, poke, poked, until, only = /./ }: ClientMonitor,
  running: Running,
  steps: () => Promise<string[]>,
): Promise<readonly string[]> {
  const heard: string[] = [];
  const { runner } = running;
  const monitor = runner.listen(run.split(" "), (line) => void heard.push(line));
  try {
    // A server heeds a new listener after a moment.
    await waitFor(
      () => heard.length > 0,
      () => runner.run(poke.split(" ")),
    );
    const results = await steps();
    await waitFor(() => heard.some((line) => until.test(line)));
    const lines = heard.filter((line) => only.test(line) && !poked.test(line));
    // The client hands events out side by side, so that those of one moment come in any order.
    return [...results, [`$ ${run}`, ...lines.map((line) => masked(line, running)).toSorted()].join("\n")];
  } finally {
    await monitor.end();
  }
}

async function waitFor(isDone: () => boolean, attempt?: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!isDone() && Date.now() < deadline) {
    await attempt?.();
    await pause(50);
  }
}

function masked(text: string, { folder, target, kept }: Running): string {
  return maskOutput(text, [
    [folder, "<folder>"],
    // A fake keeps the folders of its other members below its own.
    [`${target.directory}/m1/members`, "<server>"],
    [target.directory, "<server>"],
    [new URL(target.httpsUrl).host, "<address>"],
    ...[...kept].flatMap(([name, value]) => masksOf(name, value)),
  ]);
}

/** Puts what was kept where the words name it. */
function fill(words: readonly string[], kept: ReadonlyMap<string, string>): readonly string[] {
  return words.map((word) => word.replaceAll(/\{(\w+)\}/g, (whole, name: string) => kept.get(name) ?? whole));
}

/** What was kept is masked where it appears again; of fingerprints also the start, which tables show. */
function masksOf(name: string, value: string): (readonly [string, string])[] {
  const whole = [value, `{${name}}`] as const;
  if (value === "") return [];
  return /^[0-9a-f]{64}$/.test(value) ? [whole, [value.slice(0, 12), `{${name}}`]] : [whole];
}

async function repeat<T extends { readonly stdout: string; readonly stderr: string }>(
  action: () => Promise<T>,
  until: RegExp | undefined,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const result = await action();
    if (until === undefined || until.test(result.stdout + result.stderr) || Date.now() > deadline) return result;
    await pause(100);
  }
}

function pickLines(text: string, { only, except = [], isUnordered = false }: ClientStep): string {
  const cut = except.reduce((rest, { pattern }) => rest.replaceAll(pattern, ""), text);
  // Of a line that shows progress, the end counts.
  const lines = cut.split("\n").map((line) => line.split("\r").at(-1) ?? "");
  const picked = only === undefined ? lines : lines.filter((line) => only.test(line));
  return (isUnordered ? picked.toSorted() : picked).join("\n");
}
