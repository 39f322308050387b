import type { Readable, Writable } from "node:stream";
import type { Clock } from "../../core/clock.ts";
import type { InstanceFiles } from "../files/file-tree.ts";
import type { Processes } from "./processes.ts";

/** The size of a terminal in characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** What a command of the fake is given to work with. */
export interface CommandContext {
  /** The words behind the name of the command. */
  readonly args: readonly string[];
  /** How it was called, for example `apt` or `/usr/bin/apt`. */
  readonly name: string;
  /** Its input, as bytes; `for await (const bytes of stdin)` reads it. It ends when the caller says so. */
  readonly stdin: Readable;
  /** Its output: `stdout.write("text\n")`. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Variables and their values. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs, for example `/root`. */
  readonly directory: string;
  readonly uid: number;
  readonly gid: number;
  /** The size now of the terminal that it runs on; undefined when its input and its outputs are pipes. */
  readonly terminal: (() => TerminalSize) | undefined;
  /** Its number among the processes of the instance. */
  readonly pid: number;
  /** The processes of the instance. */
  readonly processes: Processes;
  /** The instance that it runs in. */
  readonly instance: { readonly name: string; readonly project: string };
  /** The files of the instance. */
  readonly files: InstanceFiles;
  /** The clock of the fake server. */
  readonly clock: Clock;
  /** Aborted when the command is killed. Its status is then 128 and the signal's number, whatever it does. */
  readonly signal: AbortSignal;
  /**
   * While there is a function for a signal, such as 15, or 2 for `Ctrl+C`, it is called and the command is not killed.
   * There is none for 9.
   */
  onSignal(signal: number, handle: (() => void) | undefined): void;
  /** Runs another command with the same input, outputs and so on, and gives its status. */
  run(command: readonly string[], changes?: RunChanges): Promise<number>;
}

/** What is different for a command that another one runs; all else is the same. */
export type RunChanges = Partial<
  Pick<CommandContext, "stdin" | "stdout" | "stderr" | "environment" | "directory" | "signal">
> & {
  /** Whether it takes the place of the command that runs it; false by default. */
  readonly isReplacing?: boolean;
};

/**
 * A command that instances of the fake have. It gives its status; none means 0. When it throws, the message is written
 * to its `stderr` and the status is 1.
 */
export type FakeCommand = (context: CommandContext) => number | undefined | void | Promise<number | undefined | void>;

/** Commands by name (`apt`) or by path (`/usr/local/bin/tool`). */
export type FakeCommands = Readonly<Record<string, FakeCommand>>;
