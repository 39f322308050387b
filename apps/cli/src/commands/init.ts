import { text } from "node:stream/consumers";
import {
  type AppliedSteps,
  applyHost,
  applyPreseed,
  type ApplyStepsOptions,
  detectHost,
  dumpPreseed,
  formatPreseed,
  formatStep,
  localHost,
  parsePreseed,
  planHost,
  planPreseedFor,
  type Step,
  stepForPrint,
} from "@lxdkit/host-initialiser";
import { badArgument } from "../bad-argument.ts";
import { confirm } from "../confirm.ts";
import { connect, type ServerOptions } from "../connect.ts";
import { stepLines } from "../output/step-lines.ts";
import { readTextFile } from "../read-text-file.ts";
import { type InitWishes, readWishes } from "./init-wishes.ts";

/** Options of `lxdkit init`. */
export interface InitOptions extends ServerOptions, InitWishes {
  readonly plan?: true | undefined;
  readonly yes?: true | undefined;
  readonly format: "text" | "json";
  /** Path of a file, or `-`. */
  readonly preseed?: string | undefined;
  readonly dump?: true | undefined;
  readonly quiet?: true | undefined;
}

/** Plans, asks and applies; or dumps. */
export async function init(options: InitOptions, signal: AbortSignal): Promise<void> {
  if (options.dump) return dump(options, signal);
  if (options.preseed !== undefined) return preseed(options.preseed, options, signal);
  if (options.remote !== undefined) {
    throw badArgument(
      "init makes this host ready, and --remote names another one",
      "Give --preseed for a server elsewhere.",
    );
  }
  const wishes = readWishes(options);
  const host = localHost({ environment: process.env, socketPath: options.socket });
  const facts = await detectHost(host, { flavour: wishes.flavour, signal });
  const steps = planHost(facts, wishes, { random: (limit) => host.random(limit) });
  await run(steps, options, signal, (how) => applyHost(host, steps, { ...how, flavour: wishes.flavour }));
}

async function dump(options: InitOptions, signal: AbortSignal): Promise<void> {
  const server = await connect(options, signal);
  try {
    const found = await dumpPreseed(server, { signal });
    process.stdout.write(options.format === "json" ? `${JSON.stringify(found)}\n` : formatPreseed(found));
  } finally {
    await server.close();
  }
}

async function preseed(path: string, options: InitOptions, signal: AbortSignal): Promise<void> {
  const parsed = parsePreseed(path === "-" ? await text(process.stdin) : readTextFile(path));
  const server = await connect(options, signal);
  try {
    const steps = await planPreseedFor(server, parsed, { signal });
    await run(steps, options, signal, (how) => applyPreseed(server, parsed, how));
  } finally {
    await server.close();
  }
}

async function run(
  steps: readonly Step[],
  options: InitOptions,
  signal: AbortSignal,
  apply: (how: ApplyStepsOptions) => Promise<AppliedSteps>,
): Promise<void> {
  if (options.plan) return printPlan(steps, options.format);
  if (steps.length > 0 && !options.yes) {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw badArgument("there is nobody to ask here", "Give --yes to do it, or --plan to see what would be done.");
    }
    process.stderr.write(planText(steps));
    if (!(await confirm(`Do ${steps.length === 1 ? "this" : `these ${String(steps.length)} steps`}? [y/N] `, signal)))
      return;
  }
  const { changed } = await apply({ signal, ...(options.quiet ? {} : { onProgress: stepLines() }) });
  if (options.format === "json") process.stdout.write(`${JSON.stringify({ steps: changed.map(stepForPrint) })}\n`);
  else process.stdout.write(changed.length === 0 ? "Nothing to do.\n" : "Ready.\n");
}

function printPlan(steps: readonly Step[], format: "text" | "json"): void {
  process.stdout.write(format === "json" ? `${JSON.stringify({ steps: steps.map(stepForPrint) })}\n` : planText(steps));
}

function planText(steps: readonly Step[]): string {
  if (steps.length === 0) return "Nothing to do.\n";
  return steps.map((step, at) => `${String(at + 1)}. ${formatStep(step)}`).join("");
}
