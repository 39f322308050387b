import { posix } from "node:path";
import { signalNumbers } from "../exit-status.ts";
import { readLine } from "./read-line.ts";
import { environmentOf, ShellJump, type ShellState, type ShellStreams } from "./shell-state.ts";

/** A command of the shell itself. */
type ShellBuiltIn = (
  state: ShellState,
  args: readonly string[],
  streams: ShellStreams,
  signal: AbortSignal,
) => number | Promise<number>;

function signalOf(name: string): number {
  const bare = name.replace(/^(?:SIG)?/, "");
  return bare === "EXIT" ? 0 : (signalNumbers[bare] ?? Number(bare));
}

function numberOf(text: string | undefined, fallback: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) & 0xff : fallback;
}

function setAll(state: ShellState, args: readonly string[], isExported: boolean): number {
  for (const word of args) {
    const [name = ""] = word.split("=");
    if (word.includes("=")) state.variables.set(name, word.slice(name.length + 1));
    if (isExported) state.exported.add(name);
  }
  return 0;
}

/** The commands that change the shell itself, so that they are no programs. */
export const shellBuiltIns: Readonly<Record<string, ShellBuiltIn>> = {
  ":": () => 0,
  break: () => {
    throw new ShellJump("break", 0);
  },
  cd(state, [target = state.variables.get("HOME") ?? "/"], { stderr }) {
    const path = posix.resolve(state.directory, target);
    if (state.context.files.stat(path)?.type !== "directory") {
      stderr.write(`sh: cd: can't cd to ${target}: No such file or directory\n`);
      return 2;
    }
    state.directory = path;
    state.variables.set("PWD", path);
    return 0;
  },
  continue: () => {
    throw new ShellJump("continue", 0);
  },
  exit(state, [status]) {
    throw new ShellJump("exit", numberOf(status, state.status));
  },
  export: (state, args) => setAll(state, args, true),
  kill({ context, status }, args, { stderr }) {
    const [option = "-15", ...pids] = args[0]?.startsWith("-") === true ? args : ["-15", ...args];
    const number = signalOf(option.slice(1));
    let result = 0;
    for (const pid of pids) {
      if (Number(pid) === context.pid) {
        if (number > 0) throw new ShellJump("exit", 128 + number);
      } else if (!context.processes.kill(Number(pid), number)) {
        stderr.write(`sh: can't kill pid ${pid}: No such process\n`);
        result = 1;
      }
    }
    return pids.length === 0 ? status : result;
  },
  local: (state, args) => setAll(state, args, false),
  async read(state, args, { stdin }, signal) {
    const names = args.filter((name) => !name.startsWith("-"));
    const line = await readLine(stdin, signal);
    const words = (line ?? "")
      .replace(/\n$/, "")
      .trim()
      .split(/[ \t]+/);
    for (const [index, name] of (names.length === 0 ? ["REPLY"] : names).entries()) {
      state.variables.set(name, index === names.length - 1 ? words.slice(index).join(" ") : (words[index] ?? ""));
    }
    return line === undefined ? 1 : 0;
  },
  return(state, [status]) {
    throw new ShellJump("return", numberOf(status, state.status));
  },
  set(state, args, { stdout }) {
    if (args.length === 0) {
      stdout.write([...state.variables].map(([name, value]) => `${name}='${value}'\n`).join(""));
    }
    const words = args.filter((word) => !/^[-+][a-z]+$/.test(word) && word !== "--");
    if (args.some((word) => /^-[a-z]*e/.test(word))) state.isStrict = true;
    if (args.some((word) => /^\+[a-z]*e/.test(word))) state.isStrict = false;
    if (words.length > 0 || args.includes("--")) state.args = [state.args[0] ?? "sh", ...words];
    return 0;
  },
  shift(state, [count]) {
    const [name = "sh", ...rest] = state.args;
    state.args = [name, ...rest.slice(numberOf(count, 1))];
    return 0;
  },
  trap({ traps, pending, context }, [command = "", ...names]) {
    for (const number of names.map(signalOf)) {
      if (command === "-") traps.delete(number);
      else traps.set(number, command);
      if (number > 0) context.onSignal(number, command === "-" ? undefined : () => void pending.push(number));
    }
    return 0;
  },
  umask: () => 0,
  unset(state, args) {
    for (const name of args) {
      state.variables.delete(name);
      state.functions.delete(name);
    }
    return 0;
  },
  wait: () => 0,
  pwd(state, _args, { stdout }) {
    stdout.write(`${state.directory}\n`);
    return 0;
  },
  command(state, args, streams) {
    const [option, name = ""] = args;
    if (option !== "-v") return runIn(state, args, streams);
    const path = (state.variables.get("PATH") ?? "").split(":").map((folder) => posix.join(folder, name));
    const found = Object.hasOwn(shellBuiltIns, name) ? name : path.find((each) => state.context.files.stat(each));
    if (found !== undefined) streams.stdout.write(`${found}\n`);
    return found === undefined ? 127 : 0;
  },
  async exec(state, args, streams) {
    if (args.length === 0) return 0;
    const changes = { ...streams, environment: environmentOf(state), directory: state.directory, isReplacing: true };
    throw new ShellJump("exit", await state.context.run(args, changes));
  },
};

/** Runs a program with the environment and in the directory of the shell. */
export function runIn(
  state: ShellState,
  command: readonly string[],
  streams: ShellStreams,
  environment: Readonly<Record<string, string>> = environmentOf(state),
): Promise<number> {
  return state.context.run(command, { ...streams, environment, directory: state.directory });
}
