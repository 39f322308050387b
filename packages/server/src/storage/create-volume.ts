import { stepFailed } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";

/** Options of {@link createVolume}. */
export interface CreateVolumeOptions {
  /** Member of the cluster on which it is made, where the pool is not shared by all; any unless given. */
  readonly target?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes an empty custom volume: `POST /1.0/storage-pools/{pool}/volumes`.
 *
 * @throws {ServerError} `VOLUME_NOT_CREATED` with the server's refusal as cause, also for a name that is taken.
 */
export async function createVolume(
  { client }: Pick<ServerHost, "client">,
  pool: string,
  name: string,
  config: Readonly<Record<string, string>> = {},
  { target, signal }: CreateVolumeOptions = {},
): Promise<void> {
  try {
    await client.storagePools.volumes.create(pool, { name, type: "custom", config }, { target, signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw stepFailed("VOLUME_NOT_CREATED", `create storage volume ${name} in ${pool}`, cause);
  }
}
