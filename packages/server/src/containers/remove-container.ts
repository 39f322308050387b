import type { Client } from "@lxdkit/client";
import { LxdkitError, statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { pause } from "../pause.ts";
import type { OnProgress } from "../progress.ts";
import { isUnanswered, untilBack } from "../retry-while-away.ts";
import { subscribe } from "../subscribe.ts";
import { ServerError, stepFailed } from "../server-error.ts";
import { unlessMissing } from "../unless-missing.ts";
import { stop } from "./stop-container.ts";

/**
 * Milliseconds before each further attempt: storage may be busy for a moment after a stop, and Incus cannot read
 * the state of a container whose start has just failed.
 */
const retryDelaysMs = [100, 500, 2_000, 2_000];

/** Options of {@link removeContainer}. */
export interface RemoveContainerOptions {
  /** Stops a running container at once, without asking it; false by default. */
  readonly force?: boolean;
  /**
   * Asks a running container to stop, and stops it by force after so many milliseconds. Neither this nor `force`: a
   * running container is not removed.
   */
  readonly stopTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Removes a container. True when it was removed, false when there was none: asking twice is no error. Refusals are
 * tried again a few times.
 *
 * @throws {ServerError} `CONTAINER_RUNNING` without `force` and `stopTimeoutMs`, `CONTAINER_NOT_REMOVED`.
 */
export async function removeContainer(
  client: Client,
  name: string,
  options: RemoveContainerOptions = {},
): Promise<boolean> {
  const { force = false, stopTimeoutMs, signal, onProgress } = options;
  const mayStop = force || stopTimeoutMs !== undefined;
  let wasThere = false;
  for (const wait of [...retryDelaysMs, undefined]) {
    try {
      await subscribe(client, signal);
      if (mayStop) {
        onProgress?.({ step: "stopping", container: name });
        await stop(client, name, {
          force,
          signal,
          ...(stopTimeoutMs === undefined ? {} : { timeoutMs: stopTimeoutMs }),
        });
        wasThere = true;
      }
      onProgress?.({ step: "removing", container: name });
      await (await client.instances.delete(name)).wait({ signal });
      break;
    } catch (error) {
      signal?.throwIfAborted();
      if (isNotFound(error)) {
        // An ephemeral container goes by itself when it stops.
        if (wasThere) break;
        return false;
      }
      if (isUnanswered(error) && wait !== undefined) {
        // It may have been removed; asking again does no harm.
        wasThere = true;
        await untilBack(() => client.instances.get(name, { signal }), signal);
        continue;
      }
      // It was there to be refused; a later "not found" means that it went.
      wasThere = true;
      if (!mayStop) await refuseRunning(client, name, signal);
      if (wait === undefined || !mayPass(error)) throw stepFailed("CONTAINER_NOT_REMOVED", `remove ${name}`, error);
      await pause(wait, signal);
    }
  }
  onProgress?.({ step: "removed", container: name });
  return true;
}

/** Tells a container that runs, which no further attempt would remove, from another reason for a refusal. */
async function refuseRunning(client: Client, name: string, signal: AbortSignal | undefined): Promise<void> {
  const found = await unlessMissing(client.instances.get(name, { signal }));
  if (found === undefined || found.value.status_code === statusCode.stopped) return;
  throw new ServerError(`${name} is not stopped (${found.value.status.toLowerCase()})`, {
    code: "CONTAINER_RUNNING",
    step: `remove ${name}`,
    hint: "Stop it first, or remove it by force.",
  });
}

/** Says whether the server itself said no, which may be for the moment; a lost connection is another matter. */
function mayPass(error: unknown): boolean {
  // Who may not, may not in a second either.
  return LxdkitError.is(error) && ["ApiError", "OperationError"].includes(error.name) && error.code !== "FORBIDDEN";
}
