import { posix } from "node:path";
import { FileTreeError } from "../files/file-tree-error.ts";
import type { InstanceFiles } from "../files/file-tree.ts";
import { programMagic } from "../files/default-root.ts";
import type { CommandContext, FakeCommand, FakeCommands } from "./command.ts";
import { isDeadly, Killed, killedStatus, notExecutable, notFound } from "./exit-status.ts";
import type { ProcessTable } from "./processes.ts";

/** A command to run and all that it is given. */
export interface ProgramSpec extends Omit<CommandContext, "args" | "name" | "run" | "pid" | "processes"> {
  readonly command: readonly string[];
  /** The programs whose files say so. */
  readonly programs: FakeCommands;
  /** Commands that the user of the fake supplied. */
  readonly commands: FakeCommands;
  readonly processes: ProcessTable;
}

/** A program that was found, with the words that it is called with. */
type Found = { readonly program: FakeCommand; readonly command: readonly string[] } | { readonly status: number };

/** Runs a command and gives its status. */
export async function runProgram(spec: ProgramSpec): Promise<number> {
  if (spec.signal.aborted) return killedStatus(spec.signal);
  const found = findProgram(spec, spec.command);
  if ("status" in found) return found.status;
  const [name = "", ...args] = found.command;
  const { processes, uid } = spec;
  const own = new AbortController();
  const { signal } = own;
  const abort = (): void => own.abort(spec.signal.reason);
  spec.signal.addEventListener("abort", abort, { once: true });
  const pid = processes.start({ uid, command: found.command.join(" ") }, (number) => {
    if (isDeadly(number)) own.abort(new Killed(number));
  });
  const run: CommandContext["run"] = (command, { isReplacing = false, ...changes } = {}) => {
    if (isReplacing) processes.end(pid);
    return runProgram({ ...spec, signal, ...changes, command });
  };
  const killed = new Promise<number>((resolve) => {
    signal.addEventListener("abort", () => resolve(killedStatus(signal)), { once: true });
  });
  try {
    const context: CommandContext = { ...spec, name, args, signal, pid, processes, run };
    return await Promise.race([killed, statusOf(found.program, context)]);
  } finally {
    spec.signal.removeEventListener("abort", abort);
    processes.end(pid);
  }
}

async function statusOf(program: FakeCommand, context: CommandContext): Promise<number> {
  try {
    return ((await program(context)) ?? 0) & 0xff;
  } catch (error) {
    if (context.signal.aborted) return killedStatus(context.signal);
    context.stderr.write(`${context.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

const longestChain = 5;

function findProgram(spec: ProgramSpec, command: readonly string[], depth = 0): Found {
  const [name = "", ...args] = command;
  const own = spec.commands[name] ?? spec.commands[posix.basename(name)];
  if (own !== undefined && name !== "") return { program: own, command };
  const path = pathOf(spec, name);
  if (typeof path === "number") return { status: path };
  const content = spec.files.read(path).toString("latin1");
  if (content.startsWith(programMagic)) {
    const program = spec.programs[content.slice(programMagic.length).trimEnd()];
    return program === undefined ? { status: notExecutable } : { program, command };
  }
  // A script names the program that reads it; a file that does not is read by the shell.
  const [, interpreter = "/bin/sh", option = ""] = /^#! *(\S+)(?: +([^\n]*\S))?/.exec(content) ?? [];
  if (depth === longestChain) return { status: notExecutable };
  return findProgram(spec, [interpreter, ...(option === "" ? [] : [option]), path, ...args], depth + 1);
}

/** The path of a program that can be run, or the status that says why there is none. */
function pathOf({ files, environment, directory }: ProgramSpec, name: string): string | number {
  if (name === "") return notFound;
  if (name.includes("/")) {
    const path = posix.resolve(directory, name);
    return checkExecutable(files, path) ?? path;
  }
  let refused = notFound;
  for (const folder of (environment["PATH"] ?? "").split(":")) {
    const path = posix.resolve(directory, folder, name);
    const status = checkExecutable(files, path);
    if (status === undefined) return path;
    if (status === notExecutable) refused = notExecutable;
  }
  return refused;
}

function checkExecutable(files: InstanceFiles, path: string): number | undefined {
  try {
    const stat = files.stat(path);
    if (stat === undefined) return notFound;
    return stat.type === "file" && (stat.mode & 0o111) !== 0 ? undefined : notExecutable;
  } catch (error) {
    if (error instanceof FileTreeError) return error.code === "ENOTDIR" ? notFound : notExecutable;
    throw error;
  }
}
