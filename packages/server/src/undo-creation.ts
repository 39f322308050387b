import type { Client } from "@lxdkit/client";
import { MultipleErrors } from "@lxdkit/protocol";
import { type CreationAttempt, readAttempt } from "./creation-attempt.ts";
import type { OnProgress } from "./progress.ts";
import { errorText } from "./server-error.ts";
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
    await settle(client, attempt);
    const left = await readAttempt(client, attempt);
    if (left?.isOurs === true) {
      onProgress?.({ step: "cleaning-up", container: left.instance.name });
      const signal = AbortSignal.timeout(patienceMs);
      await removeContainer(client, left.instance.name, { force: true, signal });
    }
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

/** Ends the operation that may still be going on: cancels it where the server can, else waits for its end. */
async function settle(client: Client, { operation }: CreationAttempt): Promise<void> {
  if (operation === undefined) return;
  // Refused when it has ended or cannot be cancelled; either way the wait below tells.
  await client.operations.cancel(operation.id).catch(() => undefined);
  const signal = AbortSignal.timeout(patienceMs);
  // Failed, cancelled or forgotten: it has ended, which is all that matters here.
  await client.operations.wait(operation.id, { signal, timeoutMs: 0 }).catch(() => undefined);
}
