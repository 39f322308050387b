import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@lxdkit/client";
import { LxdkitError, statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { OnProgress } from "./progress.ts";
import { ServerError, stepFailed } from "./server-error.ts";

/** Milliseconds before each further attempt to delete: storage may be busy for a moment after a stop. */
const retryDelaysMs = [250, 2_000, 2_000];

/** Options of {@link removeContainer}. */
export interface RemoveContainerOptions {
  /** Stops a running container at once, without asking it; false by default. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Removes a container. True when it was removed, false when there was none: asking twice is no error.
 *
 * @throws {ServerError} `CONTAINER_RUNNING` without `force`, `CONTAINER_NOT_REMOVED`.
 */
export async function removeContainer(
  client: Client,
  name: string,
  options: RemoveContainerOptions = {},
): Promise<boolean> {
  const { signal, onProgress } = options;
  try {
    const state = await client.instances.state(name, { signal });
    if (state.status_code !== statusCode.stopped) {
      if (options.force !== true) throw stillRunning(name, state.status);
      onProgress?.({ step: "stopping", container: name });
      await stop(client, name, signal);
    }
    onProgress?.({ step: "removing", container: name });
    await deleteWithRetries(client, name, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (isNotFound(error)) return false;
    if (LxdkitError.is(error) && error.code === "CONTAINER_RUNNING") throw error;
    throw stepFailed("CONTAINER_NOT_REMOVED", `remove ${name}`, error);
  }
  onProgress?.({ step: "removed", container: name });
  return true;
}

async function stop(client: Client, name: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    const request = { action: "stop", timeout: -1, force: true, stateful: false } as const;
    await (await client.instances.setState(name, request)).wait({ signal });
  } catch (error) {
    signal?.throwIfAborted();
    // It may have stopped by itself meanwhile; then there is nothing to stop any more.
    const state = await client.instances.state(name, { signal });
    if (state.status_code !== statusCode.stopped) throw error;
  }
}

async function deleteWithRetries(client: Client, name: string, signal: AbortSignal | undefined): Promise<void> {
  for (const wait of [...retryDelaysMs, undefined]) {
    try {
      await (await client.instances.delete(name)).wait({ signal });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      // An ephemeral container went away when it stopped.
      if (isNotFound(error)) return;
      if (wait === undefined) throw error;
      await delay(wait, undefined, signal === undefined ? {} : { signal });
    }
  }
}

function stillRunning(name: string, status: string): ServerError {
  return new ServerError(`${name} is not stopped (${status.toLowerCase()})`, {
    code: "CONTAINER_RUNNING",
    step: `remove ${name}`,
    hint: "Stop it first, or remove it by force.",
  });
}
