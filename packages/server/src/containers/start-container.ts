import type { Client } from "@lxdkit/client";
import type { InstanceStatePut, Operation } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { isUnanswered, untilBack } from "../retry-while-away.ts";
import { ServerError, stepFailed } from "../server-error.ts";
import { subscribe } from "../subscribe.ts";
import { isRunning } from "../waiting/wait-within.ts";
import { findOperation, untilOver } from "./find-operation.ts";

/** Options of {@link startContainer}. */
export interface StartContainerOptions {
  readonly signal?: AbortSignal | undefined;
}

const request: InstanceStatePut = { action: "start", timeout: -1, force: false, stateful: false };

/**
 * Starts an instance and waits until it runs. True when this started it, false when it ran already, also when somebody
 * else has started it meanwhile. `PUT /1.0/instances/{name}/state`.
 *
 * @throws {ServerError} `CONTAINER_NOT_FOUND`, `CONTAINER_NOT_STARTED`.
 */
export async function startContainer(
  client: Client,
  name: string,
  options: StartContainerOptions = {},
): Promise<boolean> {
  const { signal } = options;
  const step = `start ${name}`;
  try {
    await start(client, name, { signal });
    return true;
  } catch (cause) {
    signal?.throwIfAborted();
    if (isNotFound(cause))
      throw new ServerError(`there is no instance named ${name}`, { code: "CONTAINER_NOT_FOUND", cause, step });
    if (isUnanswered(cause)) await untilBack(() => client.instances.get(name, { signal }), signal);
    // The refusal says more than what follows.
    const runs = await runsByOthers(client, name, signal).catch(() => false);
    signal?.throwIfAborted();
    if (runs) return false;
    throw stepFailed("CONTAINER_NOT_STARTED", step, cause);
  }
}

/** The same, with the server's own error whatever the reason; `onOperation` gets what was begun. */
export async function start(
  client: Client,
  name: string,
  options: {
    readonly signal: AbortSignal | undefined;
    readonly onOperation?: (operation: Operation | undefined) => void;
  },
): Promise<void> {
  const { signal, onOperation } = options;
  await subscribe(client, signal);
  // Not given the signal: a request that was sent may take effect, so its answer is always waited for.
  const handle = await client.instances.setState(name, request);
  onOperation?.(handle.operation);
  await handle.wait({ signal });
}

/** Says whether an instance runs; waits for what somebody else does with it first. */
async function runsByOthers(client: Client, name: string, signal: AbortSignal | undefined): Promise<boolean> {
  const operation = await findOperation(client, name);
  if (operation !== undefined) await untilOver(client, operation, signal);
  return isRunning((await client.instances.get(name, { signal })).value);
}
