import assert from "node:assert/strict";
import { type CommandResult, type CommandRunner, LxdkitError, type RunOptions } from "@lxdkit/protocol";
import { type Clock, pause, systemClock } from "../core/clock.ts";
import { systemError } from "../host/system-error.ts";
import { createFaultPlan, type FaultSchedule, type PlantedFault } from "../faults/fault-plan.ts";

/** A command that was run. */
export interface RanCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Command and arguments as one would type them. */
  readonly line: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly input: string | undefined;
}

/** What a command does; by default it ends at once with 0 and without output. */
export interface CommandReply {
  readonly exitCode?: number;
  /** Its output; a list comes piece by piece. */
  readonly stdout?: string | readonly string[];
  readonly stderr?: string | readonly string[];
  /** Milliseconds on the runner's clock before each piece of output, and before the end; 0 by default. */
  readonly pieceMs?: number;
  /** The program cannot be started: `ENOENT` when it is not installed, `EACCES` when it may not be run. */
  readonly spawnError?: "ENOENT" | "EACCES";
}

/** A whole command line, a pattern for it, or a function that says whether it fits. */
export type CommandMatch = string | RegExp | ((ran: RanCommand) => boolean);

/** Options of {@link createFakeRunner}. */
export interface FakeRunnerOptions {
  /** The system clock by default. */
  readonly clock?: Clock;
  /** What is answered from the start: command line to reply. */
  readonly replies?: Readonly<Record<string, CommandReply>>;
}

/** A {@link CommandRunner} that runs nothing. */
export interface FakeRunner {
  readonly run: CommandRunner;
  /** Every command so far, also those that nobody expected, the oldest first. */
  readonly commands: readonly RanCommand[];
  /** Says what commands do; of several rules that fit the oldest one that is not used up answers. */
  on(
    match: CommandMatch,
    reply?: CommandReply | ((ran: RanCommand) => CommandReply | Promise<CommandReply>),
    schedule?: FaultSchedule,
  ): PlantedFault;
  /**
   * Asserts that exactly these command lines were run, in this order.
   *
   * @throws {AssertionError} With both lists when they differ.
   */
  assertCommands(lines: readonly string[]): void;
  /**
   * Asserts that nothing was run that no rule fits, even when the code under test swallowed the error.
   *
   * @throws {AssertionError} Naming the commands.
   */
  assertExpected(): void;
}

interface Rule extends FaultSchedule {
  readonly match: CommandMatch;
  reply(ran: RanCommand): CommandReply | Promise<CommandReply>;
}

/** Makes a {@link FakeRunner}; a command that no rule fits rejects with the code `FAKE_COMMAND_UNEXPECTED`. */
export function createFakeRunner(options: FakeRunnerOptions = {}): FakeRunner {
  const { clock = systemClock, replies = {} } = options;
  const commands: RanCommand[] = [];
  const unexpected: string[] = [];
  const known = new Set<string>();
  const rules = createFaultPlan<Rule, RanCommand>(({ match }, ran) => fits(match, ran));

  const on: FakeRunner["on"] = (match, reply = {}, schedule = {}) => {
    known.add(typeof match === "function" ? "(a function)" : String(match));
    const answer = typeof reply === "function" ? reply : (): CommandReply => reply;
    return rules.plant({ times: Number.POSITIVE_INFINITY, ...schedule, match, reply: answer });
  };
  for (const [line, reply] of Object.entries(replies)) on(line, reply);

  const run: CommandRunner = async (command, args = [], how = {}) => {
    how.signal?.throwIfAborted();
    const { env = {}, cwd, input } = how;
    const ran: RanCommand = { command, args, line: commandLine(command, args), env, cwd, input };
    commands.push(ran);
    const rule = rules.strike(ran);
    if (rule === undefined) {
      unexpected.push(ran.line);
      throw new LxdkitError(`nobody expected the command: ${ran.line}`, {
        code: "FAKE_COMMAND_UNEXPECTED",
        hint: known.size === 0 ? "No command is expected." : `Expected are: ${[...known].join("; ")}.`,
      });
    }
    const reply = await rule.reply(ran);
    if (reply.spawnError !== undefined) throw systemError(reply.spawnError, { syscall: "spawn", path: command });
    return play(clock, reply, how);
  };

  return {
    run,
    commands,
    on,
    assertCommands: (lines) =>
      assert.deepEqual(
        commands.map(({ line }) => line),
        [...lines],
      ),
    assertExpected: () => assert.deepEqual(unexpected, [], "commands were run that nobody expected"),
  };
}

function fits(match: CommandMatch, ran: RanCommand): boolean {
  if (typeof match === "string") return match === ran.line;
  return typeof match === "function" ? match(ran) : ran.line.search(match) !== -1;
}

async function play(clock: Clock, reply: CommandReply, how: RunOptions): Promise<CommandResult> {
  const { pieceMs = 0, exitCode = 0 } = reply;
  const wait = async (): Promise<void> => {
    if (pieceMs > 0) await pause(clock, pieceMs, how.signal);
  };
  for (const stream of ["stdout", "stderr"] as const) {
    for (const piece of [reply[stream] ?? []].flat()) {
      await wait();
      how.onOutput?.(piece, stream);
    }
  }
  await wait();
  return { exitCode, stdout: [reply.stdout ?? ""].flat().join(""), stderr: [reply.stderr ?? ""].flat().join("") };
}

/** Command and arguments as one would type them in a shell. */
function commandLine(command: string, args: readonly string[]): string {
  return [command, ...args].map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : quote(word))).join(" ");
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
