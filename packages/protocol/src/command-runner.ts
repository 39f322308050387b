/** How to run a command. */
export interface RunOptions {
  /** Variables besides those of the process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What it reads from its standard input; nothing by default. */
  readonly input?: string;
  /** Aborting it ends the command and rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told of output while the command runs. */
  onOutput?(text: string, stream: "stdout" | "stderr"): void;
}

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program with arguments, without a shell. Resolves whatever its exit code is; rejects with Node's own error,
 * for example with the code `ENOENT`, when the program cannot be started.
 */
export type CommandRunner = (command: string, args?: readonly string[], options?: RunOptions) => Promise<CommandResult>;
