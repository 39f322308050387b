import { pipeline } from "node:stream/promises";
import type { ExecSession } from "@lxdkit/client";
import { connect, type ServerOptions } from "../connect.ts";
import { forwardSignals } from "../terminal/forward-signals.ts";
import { takeTerminal, terminalSize } from "../terminal/take-terminal.ts";

/** Options of `lxdkit exec`. */
export interface ExecOptions extends ServerOptions {
  /** Undefined: when input and output of this program are a terminal. */
  readonly tty?: boolean | undefined;
  readonly stdin: boolean;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly user?: number | undefined;
  readonly group?: number | undefined;
}

/** What shells say of a program whose output nobody reads any more: 128 and the number of SIGPIPE. */
const brokenPipe = 141;

/** Runs a command and takes its exit code over. */
export async function exec(name: string, command: readonly string[], options: ExecOptions): Promise<void> {
  const signals = forwardSignals();
  const { signal } = signals;
  try {
    const server = await connect(options, signal);
    try {
      const { tty = options.stdin && process.stdin.isTTY && process.stdout.isTTY, env, cwd, user, group } = options;
      const terminal = tty && process.env["TERM"] ? { TERM: process.env["TERM"] } : {};
      const size = tty ? terminalSize() : undefined;
      const how = { interactive: tty, size, environment: { ...terminal, ...env }, cwd, user, group, signal };
      const session = await server.client.instances.exec.open(name, command, how);
      signals.forwardTo(session);
      process.exitCode = await (tty ? onTerminal(session, options) : onStreams(session, options));
    } finally {
      await server.close();
    }
  } finally {
    signals.stop();
  }
}

async function onTerminal(session: ExecSession, options: ExecOptions): Promise<number> {
  const giveBack = takeTerminal((size) => {
    // A command that has just ended has no terminal to change any more.
    session.resize(size).catch(() => undefined);
  });
  try {
    return await onStreams(session, options);
  } finally {
    giveBack();
  }
}

/** Connects the streams; gives the exit code. */
async function onStreams(session: ExecSession, { stdin }: Pick<ExecOptions, "stdin">): Promise<number> {
  let isBroken = false;
  const written = [
    { from: session.stdout, to: process.stdout },
    { from: session.stderr, to: process.stderr },
  ].map(async ({ from, to }) => {
    try {
      await pipeline(from, to, { end: false });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EPIPE" && code !== "EIO") throw error;
      isBroken = true;
      await session.close();
    }
  });
  if (stdin) {
    // What is left of the input belongs to nobody once the command has ended.
    process.stdin.on("error", () => session.stdin.end());
    process.stdin.pipe(session.stdin);
  } else session.stdin.end();
  try {
    const [exit] = await Promise.all([session.exit, ...written]);
    return exit.exitCode;
  } catch (error) {
    if (isBroken) return brokenPipe;
    throw error;
  } finally {
    process.stdin.unpipe(session.stdin);
    process.stdin.destroy();
    await session.close();
  }
}
