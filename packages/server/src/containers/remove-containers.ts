import type { Client } from "@lxdkit/client";
import { MultipleErrors } from "@lxdkit/protocol";
import pLimit from "p-limit";
import { removeContainer, type RemoveContainerOptions } from "./remove-container.ts";

/** Options of {@link removeContainers}. */
export interface RemoveContainersOptions extends RemoveContainerOptions {
  /** How many at a time; 32 by default, since a removal mostly waits. */
  readonly parallel?: number;
}

/**
 * Removes containers, many at a time, and gives the names of those that were there. All are tried; those that fail do
 * not keep the others from being removed.
 *
 * @throws {MultipleErrors} `CONTAINERS_NOT_REMOVED` with the error of each that is left, in the order of the names.
 */
export async function removeContainers(
  client: Client,
  names: readonly string[],
  options: RemoveContainersOptions = {},
): Promise<string[]> {
  const { parallel = 32, ...remove } = options;
  const limit = pLimit(parallel);
  const all = [...new Set(names)];
  const results = await Promise.allSettled(
    all.map((name) =>
      limit(() => {
        remove.signal?.throwIfAborted();
        return removeContainer(client, name, remove);
      }),
    ),
  );
  remove.signal?.throwIfAborted();
  const failed = results.flatMap((result, at) =>
    result.status === "rejected" ? [{ name: all[at] ?? "", error: result.reason as unknown }] : [],
  );
  if (failed.length > 0) {
    const left = failed.map(({ name }) => name).join(", ");
    const errors = failed.map(({ error }) => error);
    throw new MultipleErrors(`failed to remove containers: ${left}`, errors, {
      code: "CONTAINERS_NOT_REMOVED",
      cause: errors[0],
      step: `remove ${String(all.length)} containers`,
    });
  }
  return all.filter((_, at) => (results[at] as PromiseFulfilledResult<boolean>).value);
}
