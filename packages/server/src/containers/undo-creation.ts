import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@lxdkit/client";
import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import { retryWhileAway } from "../retry-while-away.ts";
import { type CreationAttempt, readAttempt } from "./creation-attempt.ts";
import { findOperation, untilOver } from "./find-operation.ts";
import type { OnProgress } from "../progress.ts";
import { errorText } from "../server-error.ts";
import { removeContainer } from "./remove-container.ts";

/** How long a step that is still going on may take to end, before cleaning up after it is given up. */
const patienceMs = 120_000;

/**
 * Removes what a failed or aborted creation left. Gives the error to throw: `failure` itself when nothing is left,
 * else both.
 */
export async function undoCreation(
  client: Client,
  attempt: CreationAttempt,
  failure: unknown,
  onProgress: OnProgress | undefined,
): Promise<unknown> {
  try {
    await retryWhileAway(() => removeLeft(client, attempt, failure, onProgress), { limitMs: patienceMs });
    return failure;
  } catch (cleanup) {
    return new MultipleErrors(
      `${errorText(failure)}; and the container ${attempt.name} could not be removed: ${errorText(cleanup)}`,
      [failure, cleanup],
      {
        code: "CLEANUP_FAILED",
        cause: failure,
        step: `remove ${attempt.name}`,
        hint: `Look whether ${attempt.name || "the container"} is still there, and delete it.`,
      },
    );
  }
}

async function removeLeft(
  client: Client,
  attempt: CreationAttempt,
  failure: unknown,
  onProgress: OnProgress | undefined,
): Promise<void> {
  await settle(client, attempt);
  const left = await findLeft(client, attempt, failure);
  if (left?.isOurs !== true) return;
  tell(onProgress, left.instance.name);
  const signal = AbortSignal.timeout(patienceMs);
  await removeContainer(client, left.instance.name, { force: true, signal });
}

/** Nobody who only listens shall keep a container from being removed. */
function tell(onProgress: OnProgress | undefined, container: string): void {
  try {
    onProgress?.({ step: "cleaning-up", container });
  } catch {
    // The creation has failed already; this adds nothing to it.
  }
}

/** Milliseconds between looks for a container whose creation was asked for without an answer. */
const looksMs = [100, 300, 1_000, 3_000];

/** The container that the attempt made; looked for several times when the server may still be making it. */
async function findLeft(
  client: Client,
  attempt: CreationAttempt,
  failure: unknown,
): Promise<Awaited<ReturnType<typeof readAttempt>>> {
  for (const wait of isUnanswered(attempt, failure) ? looksMs : []) {
    const left = await readAttempt(client, attempt);
    if (left !== undefined) return left;
    await delay(wait);
  }
  return readAttempt(client, attempt);
}

/** Says whether the request to create was sent and no answer came: the transport failed, not the server. */
function isUnanswered(attempt: CreationAttempt, failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined;
  return attempt.operation === undefined && LxdkitError.is(cause) && cause.name === "TransportError";
}

/** Ends the operation that may still be going on: cancels it where the server can, else waits for its end. */
async function settle(client: Client, attempt: CreationAttempt): Promise<void> {
  const operation = attempt.operation ?? (attempt.name === "" ? undefined : await findOperation(client, attempt.name));
  if (operation === undefined) return;
  // Refused when it has ended or cannot be cancelled; either way the wait below tells.
  await client.operations.cancel(operation.id).catch(() => undefined);
  await untilOver(client, operation, AbortSignal.timeout(patienceMs));
}
