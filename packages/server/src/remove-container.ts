import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@lxdkit/client";
import { LxdkitError, statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { OnProgress } from "./progress.ts";
import { ServerError, stepFailed } from "./server-error.ts";

/**
 * Milliseconds before each further attempt: storage may be busy for a moment after a stop, and Incus cannot read
 * the state of a container whose start has just failed.
 */
const retryDelaysMs = [100, 500, 2_000, 2_000];

/** Options of {@link removeContainer}. */
export interface RemoveContainerOptions {
  /** Stops a running container at once, without asking it; false by default. */
  readonly force?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Removes a container. True when it was removed, false when there was none: asking twice is no error. Refusals are
 * tried again a few times.
 *
 * @throws {ServerError} `CONTAINER_RUNNING` without `force`, `CONTAINER_NOT_REMOVED`.
 */
export async function removeContainer(
  client: Client,
  name: string,
  options: RemoveContainerOptions = {},
): Promise<boolean> {
  const { signal, onProgress } = options;
  let wasThere = false;
  for (const wait of [...retryDelaysMs, undefined]) {
    try {
      const { value } = await client.instances.get(name, { signal });
      wasThere = true;
      if (value.status_code !== statusCode.stopped) {
        if (options.force !== true) throw stillRunning(name, value.status);
        onProgress?.({ step: "stopping", container: name });
        await stop(client, name, signal);
      }
      onProgress?.({ step: "removing", container: name });
      await (await client.instances.delete(name)).wait({ signal });
      break;
    } catch (error) {
      signal?.throwIfAborted();
      if (isNotFound(error)) {
        // It may also have gone by itself: an ephemeral container does when it stops.
        if (wasThere) break;
        return false;
      }
      if (LxdkitError.is(error) && error.code === "CONTAINER_RUNNING") throw error;
      if (wait === undefined || !isRefusal(error)) throw stepFailed("CONTAINER_NOT_REMOVED", `remove ${name}`, error);
      await delay(wait, undefined, signal === undefined ? {} : { signal });
    }
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
    const { value } = await client.instances.get(name, { signal });
    if (value.status_code !== statusCode.stopped) throw error;
  }
}

/** Says whether the server itself said no, which may be for the moment; a lost connection is another matter. */
function isRefusal(error: unknown): boolean {
  return LxdkitError.is(error) && ["ApiError", "OperationError"].includes(error.name);
}

function stillRunning(name: string, status: string): ServerError {
  return new ServerError(`${name} is not stopped (${status.toLowerCase()})`, {
    code: "CONTAINER_RUNNING",
    step: `remove ${name}`,
    hint: "Stop it first, or remove it by force.",
  });
}
