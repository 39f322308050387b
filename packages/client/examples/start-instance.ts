import { createClient } from "@lxdkit/client";
import type { Operation } from "@lxdkit/protocol";
import { connectUnix } from "@lxdkit/transport";

/** Creates and starts an instance, call by call. */
export async function main(socketPath: string): Promise<Operation | undefined> {
  // #region readme
  await using connection = connectUnix({ socketPath });
  const client = createClient(connection);
  const creation = await client.instances.create({ name: "web-1", source: { type: "image", alias: "tiny" } });
  await creation.wait({ onUpdate: ({ metadata }) => void metadata["download_progress"] });
  const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
  const starting = await client.instances.setState("web-1", start);
  return await starting.wait({ signal: AbortSignal.timeout(30_000) });
  // #endregion
}
