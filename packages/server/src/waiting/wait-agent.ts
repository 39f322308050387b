import type { Client } from "@lxdkit/client";
import { type InstanceState, LxdkitError, statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { pause } from "../pause.ts";
import type { ServerHost } from "../server-host.ts";
import { mayPass } from "./may-pass.ts";
import {
  goneDuring,
  isRunning,
  stoppedDuring,
  untilSeen,
  type Wait,
  type WaitOptions,
  waitWithin,
} from "./wait-within.ts";

const defaultTimeoutMs = 120_000;

/** A system that restarts is stopped for a moment. */
const restartMs = 3_000;

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Refusals of a command that may be over once the instance has come up. */
const passing: ReadonlySet<string> = new Set([
  "INSTANCE_NOT_RUNNING",
  "AGENT_NOT_READY",
  "EXEC_CONNECTION_LOST",
  "OPERATION_FAILED",
  "OPERATION_CANCELLED",
  "OPERATION_GONE",
  "NOT_FOUND",
]);

/**
 * Waits until commands can be run in an instance: a virtual machine has an agent for that, which comes up some time
 * after it; in a container they can once it runs.
 *
 * @throws {ServerError} `AGENT_TIMEOUT` telling what was seen, `CONTAINER_NOT_RUNNING` when it stays stopped,
 * `CONTAINER_NOT_FOUND` when it is gone.
 */
export async function waitForAgent(
  { client, poller }: Pick<ServerHost, "client" | "poller">,
  name: string,
  { timeoutMs = defaultTimeoutMs, signal }: WaitOptions = {},
): Promise<void> {
  const timedOut = {
    code: "AGENT_TIMEOUT",
    message: `no command can be run in ${name}`,
    hint: "A virtual machine needs the agent in its image, and some time to boot.",
  };
  const limits = { timeoutMs, signal };
  // A container has no `true` perhaps; that it was not found says that it was looked for.
  await waitWithin(poller, name, "the agent", limits, timedOut, (wait) =>
    runOnceReady(client, wait, ["true"], () => true),
  );
}

/** What a command wrote. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly signal?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command once the instance can run one, until `read` makes something of what came out; again when the instance
 * restarts or the server goes away meanwhile. The command must do no harm when it is run twice.
 */
export async function runOnceReady<T>(
  client: Client,
  wait: Wait,
  command: readonly string[],
  read: (outcome: CommandOutcome) => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const { name, signal, seen } = wait;
  const isMachine = await isVirtualMachine(client, wait);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    await untilReady(wait, isMachine);
    try {
      const { stdout, stderr, ...exit } = await client.instances.exec.run(name, command, { signal });
      const result = await read({ ...exit, stdout: stdout.toString(), stderr: stderr.toString() });
      if (result !== undefined) return result;
    } catch (error) {
      signal.throwIfAborted();
      if (!mayPass(error) && !(LxdkitError.is(error) && passing.has(error.code))) throw error;
      seen.failure = error;
    }
    await pause(pauseMs, signal);
  }
}

/** Read once: it says which state means that commands can be run. */
async function isVirtualMachine(client: Client, wait: Wait): Promise<boolean> {
  await untilSeen(wait, (state) => {
    if (state === undefined) throw goneDuring(wait);
    return true;
  });
  try {
    return (await client.instances.get(wait.name, { signal: wait.signal })).value.type === "virtual-machine";
  } catch (error) {
    throw isNotFound(error) ? goneDuring(wait) : error;
  }
}

async function untilReady(wait: Wait, isMachine: boolean): Promise<void> {
  let stoppedAt: number | undefined;
  const look = (state: InstanceState | undefined): true | undefined => {
    if (state === undefined) throw goneDuring(wait);
    if (state.status_code === statusCode.stopped) {
      stoppedAt ??= performance.now();
      if (performance.now() - stoppedAt >= restartMs) throw stoppedDuring(wait);
      return undefined;
    }
    stoppedAt = undefined;
    // Only the agent can count processes.
    return isRunning(state) && (!isMachine || state.processes >= 0) ? true : undefined;
  };
  await untilSeen(wait, look);
}
