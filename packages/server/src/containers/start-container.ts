import type { Client } from "@lxdkit/client";
import { type InstanceStatePut, type Operation, statusCode } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { ServerError, stepFailed } from "../server-error.ts";
import { subscribe } from "../subscribe.ts";
import { findOperation } from "./find-operation.ts";

/** Options of {@link startContainer}. */
export interface StartContainerOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What else the maker of a container wants to know. */
interface StartOptions extends StartContainerOptions {
  readonly onOperation?: (operation: Operation | undefined) => void;
}

const request: InstanceStatePut = { action: "start", timeout: -1, force: false, stateful: false };

/**
 * Starts an instance and waits until it runs. True when this started it, false when it ran already, also when somebody
 * else has started it meanwhile. `PUT /1.0/instances/{name}/state`.
 *
 * @throws {ServerError} `CONTAINER_NOT_FOUND`, `CONTAINER_NOT_STARTED`.
 */
export async function startContainer(client: Client, name: string, options: StartOptions = {}): Promise<boolean> {
  const { signal, onOperation } = options;
  const step = `start ${name}`;
  try {
    await subscribe(client, signal);
    // Not given the signal: a request that was sent may take effect, so its answer is always waited for.
    const handle = await client.instances.setState(name, request);
    onOperation?.(handle.operation);
    await handle.wait({ signal });
    return true;
  } catch (cause) {
    signal?.throwIfAborted();
    if (isNotFound(cause))
      throw new ServerError(`there is no instance named ${name}`, { code: "CONTAINER_NOT_FOUND", cause, step });
    // The refusal says more than what follows.
    const isRunning = await runsByOthers(client, name, signal).catch(() => false);
    signal?.throwIfAborted();
    if (isRunning) return false;
    throw stepFailed("CONTAINER_NOT_STARTED", step, cause);
  }
}

const runningCodes: ReadonlySet<number> = new Set([statusCode.running, statusCode.ready]);

/** Says whether an instance runs; waits for what somebody else does with it first. */
export async function runsByOthers(client: Client, name: string, signal: AbortSignal | undefined): Promise<boolean> {
  const operation = await findOperation(client, name);
  // Failed or forgotten: it has ended, which is all that matters here.
  if (operation !== undefined)
    await client.operations.wait(operation.id, { signal, timeoutMs: 0 }).catch(() => undefined);
  const { value } = await client.instances.get(name, { signal });
  return runningCodes.has(value.status_code);
}
