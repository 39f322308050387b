import type { Client } from "@lxdkit/client";
import { statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { isUnanswered, untilBack } from "../retry-while-away.ts";
import { ServerError, stepFailed } from "../server-error.ts";
import { subscribe } from "../subscribe.ts";

/** Options of {@link stopContainer}. */
export interface StopContainerOptions {
  /** Stops it at once, without asking it; false by default. */
  readonly force?: boolean;
  /** Milliseconds that it gets to stop by itself, before it is stopped by force; 30,000 by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const defaultTimeoutMs = 30_000;

/**
 * Stops an instance: asks it, and takes its power away when it does not stop in time. True when it was stopped, false
 * when it was stopped already. An ephemeral one is gone afterwards. `PUT /1.0/instances/{name}/state`.
 *
 * @throws {ServerError} `CONTAINER_NOT_FOUND`, `CONTAINER_NOT_STOPPED`.
 */
export async function stopContainer(
  client: Client,
  name: string,
  options: StopContainerOptions = {},
): Promise<boolean> {
  const step = `stop ${name}`;
  try {
    await subscribe(client, options.signal);
    return await stop(client, name, options);
  } catch (cause) {
    options.signal?.throwIfAborted();
    if (isNotFound(cause))
      throw new ServerError(`there is no instance named ${name}`, { code: "CONTAINER_NOT_FOUND", cause, step });
    throw stepFailed("CONTAINER_NOT_STOPPED", step, cause);
  }
}

/** The same, with the server's own error when it is not there or cannot be stopped. */
export async function stop(client: Client, name: string, options: StopContainerOptions): Promise<boolean> {
  const { force = false, timeoutMs = defaultTimeoutMs, signal } = options;
  // A server counts in seconds, and 0 would be no time at all.
  const timeout = Math.max(1, Math.ceil(timeoutMs / 1000));
  if (!force) {
    const isStopped = await change(client, name, { force, timeout }, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (isNotFound(error)) throw error;
    });
    // Undefined: it did not want to, or was not in time; one that is frozen cannot.
    if (isStopped !== undefined) return isStopped;
  }
  return change(client, name, { force: true, timeout: -1 }, signal);
}

/** Asking first whether it runs would cost a request for each; one that is stopped already says so by a refusal. */
async function change(
  client: Client,
  name: string,
  how: { readonly force: boolean; readonly timeout: number },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await (await client.instances.setState(name, { action: "stop", stateful: false, ...how })).wait({ signal });
    return true;
  } catch (error) {
    signal?.throwIfAborted();
    if (isNotFound(error)) throw error;
    const isLost = isUnanswered(error);
    if (isLost) await untilBack(() => client.instances.get(name, { signal }), signal);
    const { value } = await client.instances.get(name, { signal });
    if (value.status_code !== statusCode.stopped) throw error;
    return isLost;
  }
}
