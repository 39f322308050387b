import type { Client } from "@lxdkit/client";

/**
 * Opens the events socket ahead of a write that is not to be aborted, so that an abort ends at least this part. Where
 * events cannot be had, the write finds another way to wait.
 */
export async function subscribe(client: Client, signal: AbortSignal | undefined): Promise<void> {
  await client.events.ready({ signal }).catch(() => undefined);
  signal?.throwIfAborted();
}
