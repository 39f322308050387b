import { PassThrough } from "node:stream";
import type { CommandContext, FakeCommand } from "../command.ts";
import { Killed, killedStatus, notExecutable, notFound } from "../exit-status.ts";
import { createExpander, type RunScript } from "./expand.ts";
import { parseScript } from "./parse.ts";
import { patternOf } from "./pattern.ts";
import { readLine } from "./read-line.ts";
import { redirected, RedirectError } from "./redirect.ts";
import { ShellSyntaxError } from "./scanner.ts";
import { runIn, shellBuiltIns } from "./shell-built-ins.ts";
import { environmentOf, forked, ShellJump, type ShellState, type ShellStreams } from "./shell-state.ts";
import type { Command, Pipeline } from "./syntax.ts";

/** `sh`: `-c` and a script, a file with one, or else what it reads line by line. */
export const runShell: FakeCommand = async (context) => {
  const { args } = context;
  const flags = args.findIndex((word) => !/^-[a-z]+$/.test(word) || word.includes("c"));
  const rest = flags === -1 ? [] : args.slice(flags);
  const options = flags === -1 ? args : args.slice(0, flags + 1);
  const isText = /^-[a-z]*c/.test(rest[0] ?? "");
  const words = isText ? rest.slice(2) : rest;
  const state = newShell(context, words.length === 0 ? ["sh"] : words);
  state.isStrict = options.some((word) => /^-[a-z]*e/.test(word));
  const [file] = rest;
  const main = (): Promise<number> => {
    if (isText) return runText(state, rest[1] ?? "", context);
    if (file === undefined) return readScript(state, context);
    return runText(state, context.files.read(fileAt(context, file)).toString(), context);
  };
  const status = await toEnd(context, main);
  const last = state.traps.get(0);
  return last === undefined ? status : toEnd(context, () => runText(state, last, context).then(() => status));
};

/** Runs a script to its end, also one that says `exit` or cannot be read. */
async function toEnd({ stderr }: CommandContext, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ShellJump) return error.status;
    if (!(error instanceof ShellSyntaxError)) throw error;
    stderr.write(`sh: ${error.message}\n`);
    return 2;
  }
}

function fileAt({ directory }: CommandContext, file: string): string {
  return file.startsWith("/") ? file : `${directory}/${file}`;
}

function newShell(context: CommandContext, args: readonly string[]): ShellState {
  const variables = new Map(Object.entries({ ...context.environment, PWD: context.directory }));
  const exported = new Set([...Object.keys(context.environment), "PWD"]);
  return {
    ...{ context, variables, exported, functions: new Map<string, Command>(), args },
    ...{ directory: context.directory, status: 0, isStrict: false },
    ...{ traps: new Map<number, string>(), pending: [] },
  };
}

async function runText(state: ShellState, text: string, { stdin, stdout, stderr }: ShellStreams): Promise<number> {
  return runScript(state, parseScript(text), { stdin, stdout, stderr });
}

/** Reads and runs one command after the other; on a terminal it asks for each. */
async function readScript(state: ShellState, context: CommandContext): Promise<number> {
  const { terminal, signal, stdin, stdout, stderr, uid } = context;
  const giveUpLine = (): void => void stdout.write(`\n${promptOf(state, uid)}`);
  if (terminal !== undefined) context.onSignal(2, giveUpLine);
  for (;;) {
    if (terminal !== undefined) stdout.write(promptOf(state, uid));
    let text = "";
    for (;;) {
      const line = await readLine(stdin, signal);
      if (line === undefined && text === "") return state.status;
      text += line ?? "";
      try {
        parseScript(text);
        break;
      } catch (error) {
        if (line === undefined || !(error instanceof ShellSyntaxError) || !isUnfinished(error)) break;
      }
    }
    // An interruption ends what runs, and not the shell.
    const running = new AbortController();
    const abort = (): void => running.abort(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    if (terminal !== undefined) context.onSignal(2, () => running.abort(new Killed(2)));
    const run: CommandContext["run"] = (command, changes) =>
      context.run(command, { signal: running.signal, ...changes });
    state.context = { ...context, signal: running.signal, run };
    try {
      state.status = await runText(state, text, context).catch((error: unknown) => {
        if (running.signal.aborted && error instanceof ShellJump) return killedStatus(running.signal);
        if (!(error instanceof ShellSyntaxError)) throw error;
        stderr.write(`sh: ${error.message}\n`);
        return 2;
      });
    } finally {
      signal.removeEventListener("abort", abort);
      // Between two commands it is nothing but a line that is given up.
      if (terminal !== undefined) context.onSignal(2, giveUpLine);
    }
  }
}

function promptOf({ variables, directory }: ShellState, uid: number): string {
  const home = variables.get("HOME") ?? "/";
  return variables.get("PS1") ?? `${directory === home ? "~" : directory} ${uid === 0 ? "#" : "$"} `;
}

function isUnfinished({ message }: ShellSyntaxError): boolean {
  return /end of file|unterminated/.test(message);
}

/** Runs a script and gives the status of its last command. */
const runScript: RunScript = async (state, script, streams) => {
  for (const { join, pipeline, isBackground } of script) {
    if (state.context.signal.aborted) throw new ShellJump("exit", state.status);
    await runTraps(state, streams);
    if ((join === "&&" && state.status !== 0) || (join === "||" && state.status === 0)) continue;
    if (isBackground) {
      void runPipeline(forked(state), pipeline, streams).catch(() => undefined);
      state.status = 0;
      continue;
    }
    state.status = await runPipeline(state, pipeline, streams);
    const isLast = script.at(-1)?.pipeline === pipeline;
    const isTested =
      pipeline.isNegated || script[script.findIndex((each) => each.pipeline === pipeline) + 1]?.join !== ";";
    if (state.isStrict && state.status !== 0 && (isLast || !isTested)) throw new ShellJump("exit", state.status);
  }
  return state.status;
};

/** Runs the traps of the signals that came. */
async function runTraps(state: ShellState, streams: ShellStreams): Promise<void> {
  for (let signal = state.pending.shift(); signal !== undefined; signal = state.pending.shift()) {
    const { status } = state;
    const command = state.traps.get(signal);
    if (command !== undefined) await runText(state, command, streams);
    state.status = status;
  }
}

async function runPipeline(
  state: ShellState,
  { commands, isNegated }: Pipeline,
  streams: ShellStreams,
): Promise<number> {
  const [only] = commands;
  const status =
    only !== undefined && commands.length === 1
      ? await runCommand(state, only, streams)
      : await runPiped(state, commands, streams);
  return isNegated ? Number(status === 0) : status;
}

async function runPiped(state: ShellState, commands: readonly Command[], streams: ShellStreams): Promise<number> {
  let stdin = streams.stdin;
  const running = commands.map(async (command, index) => {
    const input = stdin;
    const pipe = index === commands.length - 1 ? undefined : new PassThrough().on("error", () => undefined);
    if (pipe !== undefined) stdin = pipe;
    const own = { ...streams, stdin: input, stdout: pipe ?? streams.stdout };
    try {
      return await runCommand(forked(state), command, own);
    } catch (error) {
      if (error instanceof ShellJump) return error.status;
      throw error;
    } finally {
      pipe?.end();
      // Whoever still writes to a command that has ended is not to wait for it.
      if (index > 0) input.destroy();
    }
  });
  return (await Promise.all(running)).at(-1) ?? 0;
}

async function runCommand(state: ShellState, command: Command, outer: ShellStreams): Promise<number> {
  const expander = createExpander(state, outer, runScript);
  let streams: ShellStreams;
  try {
    streams = await redirected(state, command.redirects, outer, expander);
  } catch (error) {
    if (!(error instanceof RedirectError)) throw error;
    outer.stderr.write(`sh: ${error.message}\n`);
    return 1;
  }
  switch (command.kind) {
    case "simple":
      return runSimple(state, command, streams);
    case "function":
      state.functions.set(command.name, command.body);
      return 0;
    case "group": {
      if (!command.isSubshell) return runScript(state, command.body, streams);
      try {
        return await runScript(forked(state), command.body, streams);
      } catch (error) {
        if (error instanceof ShellJump) return error.status;
        throw error;
      }
    }
    case "if": {
      for (const [condition, body] of command.branches) {
        if ((await runTested(state, condition, streams)) === 0) return runScript(state, body, streams);
      }
      return command.otherwise === undefined ? 0 : runScript(state, command.otherwise, streams);
    }
    case "loop": {
      const wanted = async (): Promise<boolean> =>
        ((await runTested(state, command.condition, streams)) === 0) !== command.isUntil;
      return repeat(state, wanted, () => runScript(state, command.body, streams));
    }
    case "for": {
      const words = command.words === undefined ? state.args.slice(1) : await expander.words(command.words);
      const left = [...words];
      const next = (): Promise<boolean> => {
        const word = left.shift();
        if (word !== undefined) state.variables.set(command.name, word);
        return Promise.resolve(word !== undefined);
      };
      return repeat(state, next, () => runScript(state, command.body, streams));
    }
    case "case": {
      const word = await expander.text(command.word);
      for (const [patterns, body] of command.branches) {
        for (const pattern of patterns) {
          if (patternOf(await expander.text(pattern)).test(word)) return runScript(state, body, streams);
        }
      }
      return 0;
    }
  }
}

/** Runs a condition, whose failure ends nothing. */
async function runTested(state: ShellState, script: Parameters<RunScript>[1], streams: ShellStreams): Promise<number> {
  const { isStrict } = state;
  state.isStrict = false;
  try {
    return await runScript(state, script, streams);
  } finally {
    state.isStrict = isStrict;
  }
}

async function repeat(state: ShellState, wanted: () => Promise<boolean>, body: () => Promise<number>): Promise<number> {
  let status = 0;
  while (await wanted()) {
    try {
      status = await body();
    } catch (error) {
      if (!(error instanceof ShellJump) || error.kind === "exit" || error.kind === "return") throw error;
      if (error.kind === "break") break;
    }
    // Other sessions are to have their turn, also beside a loop that waits for nothing.
    await new Promise((resolve) => setImmediate(resolve));
    if (state.context.signal.aborted) throw new ShellJump("exit", state.status);
  }
  return status;
}

async function runSimple(
  state: ShellState,
  { assignments, words }: Extract<Command, { kind: "simple" }>,
  streams: ShellStreams,
): Promise<number> {
  const expander = createExpander(state, streams, runScript);
  const before = state.status;
  const [name, ...args] = await expander.words(words);
  const values: [string, string][] = [];
  for (const [variable, word] of assignments) values.push([variable, await expander.text(word)]);
  if (name === undefined) {
    for (const [variable, value] of values) state.variables.set(variable, value);
    return values.length > 0 && state.status !== before ? state.status : 0;
  }
  const body = state.functions.get(name);
  if (body !== undefined) return callFunction(state, body, args, streams);
  const builtIn = Object.hasOwn(shellBuiltIns, name) ? shellBuiltIns[name] : undefined;
  if (builtIn !== undefined) return builtIn(state, args, streams, state.context.signal);
  if (name === "." || name === "source" || name === "eval") return runInside(state, name, args, streams);
  const environment = { ...environmentOf(state), ...Object.fromEntries(values) };
  const status = await runIn(state, [name, ...args], streams, environment);
  if (status === notFound) streams.stderr.write(`sh: ${name}: not found\n`);
  if (status === notExecutable) streams.stderr.write(`sh: ${name}: Permission denied\n`);
  return status;
}

/** Runs a text, or a file with one, in this very shell. */
function runInside(state: ShellState, name: string, args: readonly string[], streams: ShellStreams): Promise<number> {
  if (name === "eval") return runText(state, args.join(" "), streams);
  const file = fileAt({ ...state.context, directory: state.directory }, args[0] ?? "");
  return runText(state, state.context.files.read(file).toString(), streams);
}

async function callFunction(
  state: ShellState,
  body: Command,
  args: readonly string[],
  streams: ShellStreams,
): Promise<number> {
  const outer = state.args;
  state.args = [outer[0] ?? "sh", ...args];
  try {
    return await runCommand(state, body, streams);
  } catch (error) {
    if (error instanceof ShellJump && error.kind === "return") return error.status;
    throw error;
  } finally {
    state.args = outer;
  }
}
