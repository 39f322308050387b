import type { Client } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";
import { CloudInitError } from "./cloud-init-error.ts";
import { type CloudInitOutcome, type CloudInitStatus, readLongStatus, readStatus } from "./cloud-init-status.ts";
import type { ServerHost } from "../server-host.ts";
import { type CommandOutcome, runOnceReady } from "./wait-agent.ts";
import { type Wait, type WaitOptions, waitWithin } from "./wait-within.ts";

const defaultTimeoutMs = 600_000;

/** How much of the log comes with a failure. */
const logLines = "20";

/**
 * Waits until cloud-init has ended in an instance, and gives its own verdict: done, error, disabled or not installed.
 * cloud-init itself is asked to wait, so there is one command for each instance and nothing to read again and again.
 *
 * @throws {ServerError} `CLOUD_INIT_TIMEOUT` telling what was seen, `CONTAINER_NOT_RUNNING` when the instance stays
 * stopped, `CONTAINER_NOT_FOUND` when it is gone.
 */
export async function waitForCloudInit(
  { client, poller }: Pick<ServerHost, "client" | "poller">,
  name: string,
  { timeoutMs = defaultTimeoutMs, signal }: WaitOptions = {},
): Promise<CloudInitOutcome> {
  const timedOut = {
    code: "CLOUD_INIT_TIMEOUT",
    message: `cloud-init has not ended in ${name}`,
    hint: "Look at /var/log/cloud-init-output.log in it, or wait longer.",
  };
  return waitWithin(poller, name, "cloud-init", { timeoutMs, signal }, timedOut, async (wait) => {
    const verdict = await untilEnded(client, wait);
    return verdict.status === "error" ? { ...verdict, log: await lastLines(client, wait) } : verdict;
  });
}

/**
 * Lets only a cloud-init pass that has done all.
 *
 * @throws {CloudInitError} `CLOUD_INIT_FAILED`, `CLOUD_INIT_DISABLED`, `CLOUD_INIT_NOT_INSTALLED`.
 */
export function requireCloudInit(name: string, outcome: CloudInitOutcome): void {
  if (outcome.status !== "done") throw new CloudInitError(name, outcome);
}

const byJson = ["cloud-init", "status", "--wait", "--format", "json"];
const byText = ["cloud-init", "status", "--wait", "--long"];

async function untilEnded(client: Client, wait: Wait): Promise<CloudInitOutcome> {
  let isDisabled = false;
  return runOnceReady(client, wait, byJson, async (outcome) => {
    const status = (await read(outcome)) ?? { status: "running" };
    if (status.status === "running") return undefined;
    // Early in the boot nobody has enabled it yet.
    if (status.status === "disabled" && !isDisabled) {
      isDisabled = true;
      return undefined;
    }
    return status;
  });

  async function read(outcome: CommandOutcome): Promise<CloudInitStatus | undefined> {
    if (outcome.exitCode === 127 || outcome.exitCode === 126) return { status: "not-installed" };
    const status = readStatus(outcome.stdout);
    if (status !== undefined || outcome.signal !== undefined) return status;
    // Versions before 22.3 know no JSON.
    const { stdout } = await client.instances.exec.run(wait.name, byText, { signal: wait.signal });
    return readLongStatus(stdout.toString());
  }
}

/** What the failing script has written is nowhere else. */
async function lastLines(client: Client, { name, signal }: Wait): Promise<string> {
  try {
    const command = ["tail", "-n", logLines, "/var/log/cloud-init-output.log"];
    return (await client.instances.exec.run(name, command, { signal })).stdout.toString();
  } catch (error) {
    signal.throwIfAborted();
    if (LxdkitError.is(error)) return "";
    throw error;
  }
}
