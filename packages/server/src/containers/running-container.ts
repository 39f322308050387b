import type { Client, Tagged } from "@lxdkit/client";
import type { Instance } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { backMs, retryWhileAway } from "../retry-while-away.ts";
import { errorText, ServerError } from "../server-error.ts";
import type { ContainerAddress } from "./container-addresses.ts";
import { removeContainer } from "./remove-container.ts";

/** Whether a container is new. */
export type ContainerOrigin = "created" | AdoptedOrigin;

/** What a container was like that was there before. */
export type AdoptedOrigin = "adopted" | "finished";

/** A container that was made, as it was read at the end; `etag` is for writing it. */
export interface RunningContainer extends Tagged<Instance> {
  readonly name: string;
  /**
   * `created`: it was made now. With `existing: "adopt"` also `adopted`, it was there and ran, and `finished`, it was
   * there and has been waited for or started.
   */
  readonly origin: ContainerOrigin;
  /** Empty unless they were waited for. */
  readonly addresses: readonly ContainerAddress[];
}

/**
 * A container was made and does what it should, but could not be read afterwards. It is left as it is, for nothing is
 * wrong with it; `remove` removes it. Its code is `CONTAINER_UNREAD`.
 */
export class UnreadContainerError extends ServerError {
  override readonly name: string = "UnreadContainerError";
  readonly container: string;
  /** Removes the container, by force; false when it is gone. */
  readonly remove: () => Promise<boolean>;

  constructor(container: string, how: string, cause: unknown, remove: () => Promise<boolean>) {
    super(`${container} was ${how}, but could not be read: ${errorText(cause)}`, {
      code: "CONTAINER_UNREAD",
      cause,
      step: `read ${container}`,
      hint: "Go on with it, or remove it.",
    });
    this.container = container;
    this.remove = remove;
  }
}

/**
 * Reads a container that was made.
 *
 * @throws {UnreadContainerError} `CONTAINER_UNREAD`.
 * @throws {ServerError} `CONTAINER_NOT_FOUND` when it is gone.
 */
export async function readCreated(
  client: Client,
  name: string,
  isStarted: boolean,
  signal: AbortSignal | undefined,
): Promise<Tagged<Instance>> {
  try {
    return await retryWhileAway(() => client.instances.get(name, { signal }), { limitMs: backMs, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    if (isNotFound(cause)) {
      const step = `read ${name}`;
      throw new ServerError(`${name} was created and is gone`, { code: "CONTAINER_NOT_FOUND", cause, step });
    }
    const how = isStarted ? "created and is running" : "created";
    throw new UnreadContainerError(name, how, cause, () => removeContainer(client, name, { force: true }));
  }
}
