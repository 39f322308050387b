import { join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";
import { execa } from "execa";
import { libexec } from "./bed-folder.ts";
import type { TestbedRunOptions, TestbedRunResult } from "./testbed.ts";

/** Variables that would lead a program to other servers than the bed's, or out of the bed. */
const foreign = /^(https?_proxy|all_proxy|no_proxy|lxd_.*|incus_.*)$/i;

/** The environment of a program that works with a bed: this process's own, without what leads elsewhere. */
export function environmentFor(bed: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || foreign.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(own), ...bed };
}

/** The words that run a command in the surroundings of a member. */
export function enterCommand(directory: string, member: string, command: readonly string[]): readonly string[] {
  return [join(libexec, "enter.sh"), directory, member, ...command];
}

/** Runs a command in the surroundings of a member. See `Testbed.run`. */
export async function runInside(
  directory: string,
  environment: Readonly<Record<string, string>>,
  command: readonly string[],
  options: TestbedRunOptions = {},
): Promise<TestbedRunResult> {
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  const [program = "", ...args] = enterCommand(directory, options.member ?? "m1", command);
  const result = await execa(program, args, {
    // A bed that a program inside of this one opens lives and dies with this one.
    env: { ...environmentFor(environment), LXDKIT_TESTBED_DIR: join(directory, "b"), ...options.environment },
    extendEnv: false,
    reject: false,
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  });
  signal?.throwIfAborted();
  const exitCode = result.exitCode ?? -1;
  if (exitCode !== 0 && options.allowFailure !== true) {
    const said = [result.stderr, result.stdout].map((text) => text.trim()).find((text) => text !== "");
    throw new LxdkitError(
      `${command.join(" ")} failed (${result.timedOut ? "timed out" : String(exitCode)}): ${said}`,
      {
        code: "TESTBED_COMMAND_FAILED",
        cause: result.cause,
      },
    );
  }
  return { stdout: result.stdout, stderr: result.stderr, exitCode };
}
