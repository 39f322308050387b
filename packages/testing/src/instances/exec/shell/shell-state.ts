import type { Readable, Writable } from "node:stream";
import type { CommandContext } from "../command.ts";
import type { Command } from "./syntax.ts";

/** What a shell knows while it runs. A subshell gets a copy of its own. */
export interface ShellState {
  context: CommandContext;
  readonly variables: Map<string, string>;
  /** Names of the variables that commands get. */
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  directory: string;
  /** Status of the last command. */
  status: number;
  /** `$0`, then `$1` and so on. */
  args: readonly string[];
  /** What `trap` said, by signal; 0 is the end of the shell. */
  readonly traps: Map<number, string>;
  /** Signals that came and whose trap is still to be run. */
  readonly pending: number[];
  /** Whether it ends with the first command that fails, as `set -e` says. */
  isStrict: boolean;
}

/** Where a command reads and writes. */
export interface ShellStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** A copy of `state` for a subshell. */
export function forked(state: ShellState): ShellState {
  const { variables, exported, functions } = state;
  return { ...state, variables: new Map(variables), exported: new Set(exported), functions: new Map(functions) };
}

/** Leaves the shell, a function or loops. */
export class ShellJump extends Error {
  override readonly name: string = "ShellJump";
  readonly kind: "exit" | "return" | "break" | "continue";
  readonly status: number;

  constructor(kind: ShellJump["kind"], status: number) {
    super(kind);
    this.kind = kind;
    this.status = status;
  }
}

/** The variables that commands get, and where they run. */
export function environmentOf({ variables, exported }: ShellState): Readonly<Record<string, string>> {
  return Object.fromEntries([...variables].filter(([name]) => exported.has(name)));
}
