import { randomInt } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { CommandResult, CommandRunner } from "@lxdkit/protocol";
import type { HostAccess } from "./host-access.ts";

/** Where snapd listens. */
const snapdSocket = "/run/snapd.socket";

/** Parts of the host that are to be others than those of this machine. The environment has to be given. */
export type LocalHostOptions = Partial<HostAccess> & Pick<HostAccess, "environment">;

/** This machine. */
export function localHost(options: LocalHostOptions): HostAccess {
  return {
    run: runCommand,
    readFile: (path) => readFile(path, "utf8"),
    replaceFile,
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    networkInterfaces,
    snapdSocket,
    socketPath: undefined,
    platform: process.platform,
    sleep,
    random: (limit) => randomInt(limit),
    ...options,
  };
}

/** Runs a program of this machine, without a shell. */
const runCommand: CommandRunner = async (command, args = [], options = {}) => {
  const { env = {}, cwd, input, signal, onOutput } = options;
  signal?.throwIfAborted();
  const { execa } = await import("execa");
  const child = execa(command, args, {
    env,
    reject: false,
    stripFinalNewline: false,
    ...(cwd !== undefined && { cwd }),
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    ...(signal && { cancelSignal: signal }),
  });
  child.stdout?.setEncoding("utf8").on("data", (text: string) => onOutput?.(text, "stdout"));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => onOutput?.(text, "stderr"));
  const ended = await child;
  signal?.throwIfAborted();
  // It could not be started: the error of Node says why.
  if (ended.exitCode === undefined && ended.cause !== undefined) throw ended.cause as Error;
  const result: CommandResult = { exitCode: ended.exitCode ?? -1, stdout: ended.stdout, stderr: ended.stderr };
  return result;
};

async function replaceFile(path: string, text: string): Promise<void> {
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await writeFileAtomic(path, text);
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
